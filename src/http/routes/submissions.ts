import type { FastifyReply, FastifyRequest } from 'fastify'
import { CountersignError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { SubmitOutcome } from '../../contract/repository.ts'
import { Type } from 'typebox'
import type { App } from '../transport/app.ts'
import { bodyOf } from '../transport/request-body.ts'
import { MAX_FORM_BYTES, readForm } from './submission-form.ts'
import { problemOf, sendJson } from '../answers/responses.ts'
import { shareOf } from '../../base/address-share.ts'
import { NoQuery } from '../../contract/query-schemas.ts'
import { problems } from '../../contract/schemas.ts'
import { ReceiptBody, RefusalBody, WaitingBody } from '../../contract/submission-schemas.ts'
import { FORM_TYPE } from '../transport/form-parts.ts'

const answers = Type.Union([
  ReceiptBody,
  WaitingBody,
  Type.Array(Type.Union([ReceiptBody, WaitingBody, RefusalBody])),
])

/** `POST /{collection}`: one signed file, raw, or as a form beside its signature and key. */
export function addSubmissionRoutes(app: App, repository: NodeRepository): void {
  app.register(async (scope) => {
    scope.addContentTypeParser(
      FORM_TYPE,
      { parseAs: 'buffer', bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, body),
    )
    for (const collection of repository.collections) {
      const schema = {
        summary: `Hand in a certification to ${collection.name}`,
        description: `A signed file of the dialect ${collection.dialect} as the body, whatever its Content-Type; or multipart/form-data with file, signature and key.`,
        tags: [collection.name],
        querystring: NoQuery,
        response: {
          201: { ...answers, description: 'Kept for good' },
          200: { ...answers, description: 'It was here already; the same receipt' },
          202: { ...answers, description: 'It waits for its signature or key' },
          ...problems,
        },
      }
      scope.post(`/${collection.name}`, { schema }, async (request, reply) => {
        const parts = isForm(request) ? readForm(request) : { bytes: bodyOf(request) }
        return sendOutcomes(
          reply,
          await repository.submit({
            collection: collection.name,
            address: shareOf(request.ip),
            ...parts,
          }),
        )
      })
    }
  })
}

const isForm = ({ headers }: FastifyRequest): boolean =>
  FORM_TYPE.test(headers['content-type'] ?? '')

/** 201 if anything is new, 202 if anything waits, else 200. One outcome is an object, several are an array. */
export function sendOutcomes(reply: FastifyReply, outcomes: readonly SubmitOutcome[]) {
  const bodies = outcomes.map(bodyOfOutcome)
  const kept = outcomes.find((outcome) => 'receipt' in outcome)
  if (kept !== undefined) reply.header('location', kept.receipt.url)
  return sendJson(reply.code(statusOf(outcomes)), bodies.length === 1 ? bodies[0] : bodies)
}

function bodyOfOutcome(outcome: SubmitOutcome): object {
  if (outcome.status === 'waiting') return outcome.waiting
  if (outcome.status !== 'refused') return outcome.receipt
  const { code, detail, keyId } = outcome.refusal
  return { ...problemOf(new CountersignError(code, detail)), keyId }
}

export function statusOf(outcomes: readonly SubmitOutcome[]): 200 | 201 | 202 {
  if (outcomes.some((outcome) => outcome.status === 'accepted')) return 201
  return outcomes.some((outcome) => outcome.status === 'waiting') ? 202 : 200
}
