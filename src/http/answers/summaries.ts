import type { FastifyReply, FastifyRequest } from 'fastify'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { Page } from '../../contract/repository.ts'
import { type CertificationSummary, SummariesBody } from '../../contract/certification.ts'
import { type Asked, certificationsPage } from '../pages/certification/certifications.ts'
import { linkNext } from '../transport/paging.ts'
import { namesOf } from './rebuilder-names.ts'
import { sendHtml, sendJson } from './responses.ts'

/**
 * A page of certifications: a bare JSON array, or a table.
 * @param asked for a person: what was looked for; `undefined` for a program
 */
export async function sendSummaries(
  exchange: {
    readonly repository: NodeRepository
    readonly request: FastifyRequest
    readonly reply: FastifyReply
  },
  page: Page<CertificationSummary>,
  asked: Asked | undefined,
) {
  const { repository, request, reply } = exchange
  const next = linkNext(request, reply, page)
  if (asked === undefined) return sendJson(reply, SummariesBody, page.items)
  const names = await namesOf(
    repository,
    page.items.map(({ rebuilder }) => rebuilder),
  )
  return sendHtml(reply, certificationsPage(asked, { page, names, next }))
}
