import type { FastifyReply, FastifyRequest } from 'fastify'
import { MalformedError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import { WaitingsBody } from '../../contract/submission.ts'
import { waitingPage } from '../pages/waiting.ts'
import { linkNext } from '../transport/paging.ts'
import { sendHtml, sendJson } from './responses.ts'

/** What waits has no rebuilder yet, and its artifacts are nobody's word. */
const CONDITIONS: readonly string[] = ['state', 'collection', 'source', 'limit', 'after']

/** `GET /certifications?state=waiting`: for whoever sent it and wonders where it is. */
export async function sendWaiting(
  exchange: {
    readonly repository: NodeRepository
    readonly request: FastifyRequest
    readonly reply: FastifyReply
  },
  query: { readonly collection?: string; readonly source?: string },
  {
    asHtml,
    ...page
  }: { readonly asHtml: boolean; readonly limit: number; readonly after: string | undefined },
) {
  const { repository, request, reply } = exchange
  const other = Object.keys(query).find((name) => !CONDITIONS.includes(name))
  if (other !== undefined)
    throw new MalformedError(
      'QUERY_INVALID',
      `What waits can be asked for by collection and source, not by ${other}: nothing of it is verified.`,
    )
  const { collection, source } = query
  const found = await repository.waiting({ collection, source, ...page })
  const next = linkNext(request, reply, found)
  reply.header('cache-control', 'no-store')
  return asHtml
    ? sendHtml(reply, waitingPage(found.items, next))
    : sendJson(reply, WaitingsBody, found.items)
}
