import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Page } from '../../contract/repository.ts'
import { rawPathOf } from './request-path.ts'

/** How many rows a page holds if the client does not say; for people also if it says more. */
const DEFAULT_PAGE = 1000
const HTML_PAGE = 100

/** What a query string says of the page it wants, checked by its schema. */
export interface PageQuery {
  readonly limit?: string
  readonly after?: string
}

export function pageOf(
  query: PageQuery,
  asHtml: boolean,
): { after: string | undefined; limit: number } {
  const most = asHtml ? HTML_PAGE : DEFAULT_PAGE
  const limit = query.limit === undefined ? most : Math.min(Number(query.limit), most)
  return { after: query.after, limit }
}

/** Where the next page is, as a path on this node; `undefined` on the last. */
function nextHref(request: FastifyRequest, page: Page<unknown>): string | undefined {
  if (page.next === undefined) return undefined
  const pairs: string[] = []
  for (const [name, value] of Object.entries(request.query ?? {}))
    if (name !== 'after' && typeof value === 'string') pairs.push(pair(name, value))
  pairs.push(pair('after', page.next))
  return `${rawPathOf(request.raw.url ?? '/')}?${pairs.join('&')}`
}

const pair = (name: string, value: string): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(value)}`

/** RFC 8288, `rel="next"`; returns the same reference for a page. */
export function linkNext(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page<unknown>,
): string | undefined {
  const href = nextHref(request, page)
  if (href !== undefined) reply.header('link', `<${href}>; rel="next"`)
  return href
}
