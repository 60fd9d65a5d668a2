import { CountersignError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { SubmitOutcome } from '../../contract/submission.ts'
import { translate } from '../answers/failures.ts'
import type { App } from '../transport/app.ts'
import { baseUrl } from '../transport/base-url.ts'
import { bodyOf } from '../transport/request-body.ts'
import { problemOf, sendText } from '../answers/responses.ts'
import { shareOf } from '../../base/address-share.ts'
import { statusOf } from '../routes/submissions.ts'
import { BYTES, media, problems } from '../../contract/described.ts'

/**
 * `PUT /api/submit` as buildinfo.debian.net has it: the URL as a line of text, or `Rejecting submission: …`.
 * Goes into the first collection of the dialect `debian`; without one there is no such route.
 */
export function addBuildinfoDebianNetRoutes(
  app: App,
  repository: NodeRepository,
  { publicUrl }: { readonly publicUrl: string | undefined },
): void {
  const collection = repository.collections.find(({ dialect }) => dialect === 'debian')?.name
  if (collection === undefined) return
  const url = media('text/plain', 'The URL of the certification')
  app.put(
    '/api/submit',
    {
      schema: {
        operationId: 'submitAsToBuildinfoDebianNet',
        summary: 'Hand in as to buildinfo.debian.net',
        tags: ['collections'],
        response: { 201: url, 200: url, 202: url, ...problems },
      },
      config: { takes: BYTES },
      errorHandler: (thrown, _request, reply) => {
        const error = translate(thrown)
        const problem = problemOf(error)
        if (!(error instanceof CountersignError) || problem.status >= 500) throw thrown
        // Its clients know one status for every refusal; a limit and a size stay what they are to those between.
        const status = problem.status === 429 || problem.status === 413 ? problem.status : 400
        if (problem.retryAfter !== undefined)
          reply.header('retry-after', String(problem.retryAfter))
        void sendText(reply.code(status), `Rejecting submission: ${problem.detail}\n`)
      },
    },
    async (request, reply) => {
      const outcomes = await repository.submit({
        collection,
        bytes: bodyOf(request),
        address: shareOf(request.ip),
      })
      const base = baseUrl(request, publicUrl)
      const lines = outcomes.map((outcome) => `${lineOf(outcome, base)}\n`)
      return sendText(reply.code(statusOf(outcomes)), lines.join(''))
    },
  )
}

function lineOf(outcome: SubmitOutcome, base: string): string {
  if (outcome.status === 'refused') return `Rejecting submission: ${outcome.refusal.detail}`
  return outcome.status === 'waiting'
    ? `${base}/certifications/${outcome.waiting.id ?? ''}`
    : `${base}${outcome.receipt.url}`
}
