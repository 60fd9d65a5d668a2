import { DiskUnwritableError, diskSentence } from '../../base/disk-error.ts'
import { type CountersignError, MalformedError } from '../../base/errors.ts'
import {
  RestoreBody,
  type Withhold,
  WithholdBody,
  WithheldOutcomeBody,
  RestoredBody,
} from '../../contract/control.ts'
import type { WithholdingDoor } from '../../contract/withholding.ts'
import type { App } from '../transport/app.ts'
import { hasForm } from '../transport/form.ts'
import type { Problem } from '../../contract/problem.ts'
import { problemOf, sendJson } from '../answers/responses.ts'

const MAX_REASON_BYTES = 1_024

/** For the operator only: on the control socket, never on a public door. Both answer when it is done, or cannot be now. */
export function addWithholdRoutes(
  app: App,
  door: Pick<WithholdingDoor, 'withhold' | 'restoreWithheld'>,
): void {
  app.post('/withhold', async (request, reply) => {
    const body = valueOf(request.body)
    if (!hasForm(body, WithholdBody, request))
      throw invalid('ids, rebuilder, or collection and source, with reason and code')
    const { reason, code, ...target }: Withhold = body
    if (Buffer.byteLength(reason) > MAX_REASON_BYTES || /\p{Surrogate}/u.test(reason))
      throw invalid(`a reason of at most ${MAX_REASON_BYTES} bytes of UTF-8`)
    const { withheld, left, failure } = await door.withhold(target, { reason, code })
    if (failure === undefined) return sendJson(reply, WithheldOutcomeBody, { withheld })
    request.log.error({ err: failure }, 'what is withheld is not erased yet')
    return sendJson(reply, WithheldOutcomeBody, {
      withheld,
      left,
      erased: false,
      ...whyNot(failure),
    })
  })
  app.post('/restore-withheld', async (request, reply) => {
    const body = valueOf(request.body)
    if (!hasForm(body, RestoreBody, request)) throw invalid('ids')
    const { ids } = body
    return sendJson(reply, RestoredBody, await door.restoreWithheld(ids))
  })
}

/** Nothing that was asked has to be sent again. */
const whyNot = (failure: CountersignError): Pick<Problem, 'code' | 'detail'> => ({
  code: failure.code,
  detail:
    failure instanceof DiskUnwritableError
      ? diskSentence(failure.errno)
      : problemOf(failure).detail,
})

/** Whether the server has parsed it already or not. */
function valueOf(body: unknown): unknown {
  if (!(body instanceof Uint8Array)) return body
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString())
    return value
  } catch (cause) {
    throw new MalformedError('REQUEST_INVALID', 'The body is not JSON.', { cause })
  }
}

const invalid = (what: string): MalformedError =>
  new MalformedError('REQUEST_INVALID', `The body must hold ${what}, and nothing else.`)
