import type { FastifyReply, FastifyRequest } from 'fastify'
import * as Type from 'typebox'
import { CountersignError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { bodyOf } from '../transport/request-body.ts'
import { MAX_FORM_BYTES, readForm } from './submission-form.ts'
import { problemOf, sendJson } from '../answers/responses.ts'
import { shareOf } from '../../base/address-share.ts'
import { NoQuery } from '../../contract/query-schemas.ts'
import { answered, BYTES, problems } from '../../contract/described.ts'
import {
  OutcomeBody,
  type OutcomeOfOne,
  type Receipt,
  type SubmitOutcome,
  type Waiting,
} from '../../contract/submission.ts'
import { FORM_TYPE } from '../transport/form-parts.ts'

/** A part of a form. */
const Part = Type.String({ contentMediaType: 'application/octet-stream' })
const TAKES = {
  ...BYTES,
  'multipart/form-data': Type.Object(
    { file: Part, signature: Type.Optional(Part), key: Type.Optional(Part) },
    { title: 'SubmissionForm' },
  ),
}

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
        operationId: 'submit',
        summary: 'Hand in a certification',
        description: `A signed file of the collection's dialect as the body, whatever its Content-Type; or multipart/form-data with file, signature and key.`,
        tags: ['collections'],
        querystring: NoQuery,
        response: {
          201: answered(OutcomeBody, 'Kept for good'),
          200: answered(OutcomeBody, 'It was here already; the same receipt'),
          202: answered(OutcomeBody, 'It waits for its signature or key'),
          ...problems,
        },
      }
      scope.post(
        `/${collection.name}`,
        { config: { collection: collection.name, takes: TAKES }, schema },
        async (request, reply) => {
          const parts = isForm(request) ? readForm(request) : { bytes: bodyOf(request) }
          return sendOutcomes(
            reply,
            await repository.submit({
              collection: collection.name,
              address: shareOf(request.ip),
              ...parts,
            }),
          )
        },
      )
    }
  })
}

const isForm = ({ headers }: FastifyRequest): boolean =>
  FORM_TYPE.test(headers['content-type'] ?? '')

/** 201 if anything is new, 202 if anything waits, else 200. One outcome is an object, several are an array. */
export function sendOutcomes(reply: FastifyReply, outcomes: readonly SubmitOutcome[]) {
  const [only, ...others] = outcomes
  const kept = outcomes.find((outcome) => 'receipt' in outcome)
  if (kept !== undefined) reply.header('location', kept.receipt.url)
  return sendJson(
    reply.code(statusOf(outcomes)),
    OutcomeBody,
    only !== undefined && others.length === 0 && only.status !== 'refused'
      ? bodyOfTaken(only)
      : outcomes.map(bodyOfOutcome),
  )
}

/** If all that was sent is refused, there is a problem instead. */
const bodyOfTaken = (
  outcome: Exclude<SubmitOutcome, { readonly status: 'refused' }>,
): Receipt | Waiting => (outcome.status === 'waiting' ? outcome.waiting : outcome.receipt)

function bodyOfOutcome(outcome: SubmitOutcome): OutcomeOfOne {
  if (outcome.status !== 'refused') return bodyOfTaken(outcome)
  const { code, detail, keyId } = outcome.refusal
  return { ...problemOf(new CountersignError(code, detail)), keyId }
}

export function statusOf(outcomes: readonly SubmitOutcome[]): 200 | 201 | 202 {
  if (outcomes.some((outcome) => outcome.status === 'accepted')) return 201
  return outcomes.some((outcome) => outcome.status === 'waiting') ? 202 : 200
}
