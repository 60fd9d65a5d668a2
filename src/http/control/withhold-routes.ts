import type { Static } from 'typebox'
import { Type } from 'typebox'
import { DiskFullError, diskSentence } from '../../base/disk-error.ts'
import { type CountersignError, MalformedError } from '../../base/errors.ts'
import type { WithholdingDoor } from '../../contract/withholding.ts'
import type { App } from '../transport/app.ts'
import { hasForm } from '../transport/form.ts'
import type { Problem } from '../transport/problem.ts'
import { problemOf, sendJson } from '../answers/responses.ts'

const closed = { additionalProperties: false } as const
const Ids = Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), {
  minItems: 1,
  maxItems: 10_000,
})
const why = {
  reason: Type.String({ minLength: 1, maxLength: 1024 }),
  code: Type.Union([
    Type.Literal('spam'),
    Type.Literal('legal'),
    Type.Literal('privacy'),
    Type.Literal('error'),
  ]),
}

const WithholdBody = Type.Union([
  Type.Object({ ids: Ids, ...why }, closed),
  Type.Object(
    {
      rebuilder: Type.String({ pattern: '^(?:0[xX])?(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$' }),
      ...why,
    },
    closed,
  ),
  Type.Object(
    {
      collection: Type.String({ minLength: 1, maxLength: 64 }),
      source: Type.String({ minLength: 1, maxLength: 1024 }),
      ...why,
    },
    closed,
  ),
])
type WithholdBody = Static<typeof WithholdBody>
const RestoreBody = Type.Object({ ids: Ids }, closed)
type RestoreBody = Static<typeof RestoreBody>

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
    const { reason, code, ...target }: WithholdBody = body
    if (Buffer.byteLength(reason) > MAX_REASON_BYTES || /\p{Surrogate}/u.test(reason))
      throw invalid(`a reason of at most ${MAX_REASON_BYTES} bytes of UTF-8`)
    const { withheld, left, failure } = await door.withhold(target, { reason, code })
    if (failure === undefined) return sendJson(reply, { withheld })
    request.log.error({ err: failure }, 'what is withheld is not erased yet')
    return sendJson(reply, { withheld, left, erased: false, ...whyNot(failure) })
  })
  app.post('/restore-withheld', async (request, reply) => {
    const body = valueOf(request.body)
    if (!hasForm(body, RestoreBody, request)) throw invalid('ids')
    const { ids }: RestoreBody = body
    return sendJson(reply, await door.restoreWithheld(ids))
  })
}

/** Nothing that was asked has to be sent again. */
const whyNot = (failure: CountersignError): Pick<Problem, 'code' | 'detail'> => ({
  code: failure.code,
  detail:
    failure instanceof DiskFullError ? diskSentence(failure.errno) : problemOf(failure).detail,
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
