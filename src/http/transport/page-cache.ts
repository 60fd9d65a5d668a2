/* Pages that were made a moment ago: many people look at one. */
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { CACHE_LIMITS } from '../../base/cache-limits.ts'
import { isPlainHost } from './base-url.ts'
import { prefersHtml } from './negotiation.ts'

/** A page in UTF-8, before and behind what is new in it each time. */
export type PageParts = readonly [before: Buffer, behind: Buffer]

export interface CachedPage {
  readonly around: PageParts
  readonly etag: string
  readonly headers: OutgoingHttpHeaders
}

export interface PageCache {
  /** What a browser would get again, if no index has changed since. */
  readonly find: (request: FastifyRequest) => CachedPage | undefined
  /** @param version of the indexes before the page was made */
  readonly keep: (
    request: FastifyRequest,
    version: number,
    page: { readonly reply: FastifyReply; readonly around: PageParts; readonly etag: string },
  ) => void
}

/** What depends on the time is said anew after so many milliseconds: a key that expires, say. */
const TIME = 10_000
/** Those that say what a page is; the others belong to its request. */
const HEADERS = ['content-type', 'vary', 'link', 'countersign-withheld'] as const

/** @param version of the indexes now: it rises with whatever is written */
export function openPageCache(version: () => number): PageCache {
  const pages = new LRUCache<string, CachedPage>({
    maxSize: CACHE_LIMITS.pages,
    maxEntrySize: CACHE_LIMITS.pages / 4,
    sizeCalculation: ({ around: [before, behind] }, name) =>
      before.length + behind.length + name.length + 1000,
    ttl: TIME,
  })
  let at = version()
  const upToDate = (): void => {
    if (at !== version()) pages.clear()
    at = version()
  }
  return {
    find: (request) => {
      if (!isPlainHost(request.host) || !prefersHtml(request)) return undefined
      upToDate()
      return pages.get(nameOf(request))
    },
    keep: (request, made, { reply, around, etag }) => {
      upToDate()
      if (made !== at || !isPlainHost(request.host)) return
      const headers = Object.fromEntries(
        HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, reply.getHeader(name)]] : [])),
      )
      pages.set(nameOf(request), { around, etag, headers })
    },
  }
}

/** A page can name the address under which it was asked for. */
const nameOf = ({ protocol, host, url }: FastifyRequest): string =>
  JSON.stringify([protocol, host, url])
