import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CertificationSummary, Page } from '../repository/repository.ts'
import { certificationsPage } from './pages/certifications.ts'
import { linkNext } from './paging.ts'
import { sendHtml, sendJson } from './responses.ts'

/** A page of certifications: a bare JSON array, or a table. */
export function sendSummaries(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  page: Page<CertificationSummary>,
  asHtml: boolean,
) {
  const next = linkNext(request, reply, page)
  return asHtml ? sendHtml(reply, certificationsPage(page, next)) : sendJson(reply, page.items)
}
