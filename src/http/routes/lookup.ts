import type { FastifyRequest } from 'fastify'
import { MalformedError } from '../../base/errors.ts'
import { parseJson } from '../../base/json-text.ts'
import { yieldMainThread } from '../../base/main-thread.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { hasForm } from '../transport/form.ts'
import { answered, problems } from '../../contract/described.ts'
import {
  type Found,
  LookedUpBody,
  type Lookup,
  type LookupAnswer,
  LookupBody,
} from '../../contract/lookup-answer.ts'

/** 128 files with long names and 2,000 rebuilders, in bytes: parsing takes the main thread at one stretch. */
const LONGEST = 256 * 1024
/** Certifications that are written without a pause for others. */
const TOGETHER = 16

/** Many questions in one request, with the certifications in the answer: for who checks a whole system. */
export function addLookupRoute(app: App, repository: NodeRepository): void {
  app.post(
    '/artifacts/lookup',
    {
      config: { onlyReads: true, takes: { 'application/json': LookupBody } },
      bodyLimit: LONGEST,
      schema: {
        operationId: 'lookUpArtifacts',
        summary: 'What these rebuilders certified about up to 128 files',
        tags: ['artifacts'],
        description: 'A name is as in GET /artifacts.',
        response: { 200: answered(LookedUpBody, 'With the certifications'), ...problems },
      },
    },
    async (request, reply) => {
      const { artifacts, rebuilders, owners = [] } = bodyOf(request)
      const wanted = rebuilders.map((one) => one.replace(/^0x/i, '').toUpperCase())
      const { answers, certifications } = await repository.lookup(artifacts, new Set(wanted))
      const freshness = await repository.freshness(new Set(wanted), new Set(owners))
      const kept = repository.scope()
      const scope = kept === undefined ? '' : `,"scope":${JSON.stringify(kept)}`
      const pieces = [
        `{"answers":${JSON.stringify(answers satisfies readonly LookupAnswer[])},"certifications":[`,
      ]
      for (const [at, { id, collection, dialect, bytes, signature }] of certifications.entries()) {
        if (at % TOGETHER === TOGETHER - 1) await yieldMainThread()
        const piece: Found = {
          id,
          collection,
          dialect,
          bytes: base64(bytes),
          signature: signature === undefined ? null : base64(signature),
        }
        pieces.push(`${at === 0 ? '' : ','}${JSON.stringify(piece)}`)
      }
      return reply
        .type('application/json; charset=utf-8')
        .send(`${pieces.join('')}],"freshness":${JSON.stringify(freshness)}${scope}}`)
    },
  )
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** Whether the server has parsed it already or not. */
function bodyOf(request: FastifyRequest): Lookup {
  const { body } = request
  const value = body instanceof Uint8Array ? parsed(body) : body
  if (!hasForm(value, LookupBody, request))
    throw new MalformedError(
      'REQUEST_INVALID',
      'The body must hold artifacts (1 to 128, each with a name and sha256 or sha512 in lower-case hex) and rebuilders (fingerprints), maybe owners (peer ids), and nothing else.',
    )
  return value
}

function parsed(body: Uint8Array): unknown {
  try {
    return parseJson(body)
  } catch (cause) {
    throw new MalformedError('REQUEST_INVALID', 'The body is not JSON.', { cause })
  }
}
