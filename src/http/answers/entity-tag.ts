/* Whoever has an answer already is told so, and what was made a moment ago is not made again. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { NodeRepository } from '../../contract/node-repository.ts'
import { scopeInWords } from '../../contract/scope.ts'
import type { App } from '../transport/app.ts'
import { type PageParts, openPageCache } from '../transport/page-cache.ts'
import { bodyStart, LAYOUT_BODY, type Notices } from '../pages/elements/layout.ts'

/** Does `If-None-Match` name it? RFC 9110 section 13.1.2: a list or `*`, compared weakly. */
export function isKnown(etag: string, request: FastifyRequest): boolean {
  const header = request.headers['if-none-match']
  if (header === undefined) return false
  if (header === etag || header === '*') return true
  const opaque = etag.replace(/^W\//, '')
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque)
}

/** How things were when a request came. What comes while it is answered may not be in the answer. */
interface Begun {
  readonly cursor: string
  readonly version: number
}

/**
 * Tags every text that is answered with 200, pages and JSON, and writes into a page the cursor behind which events are new
 * to it. Weak: two answers of one tag say the same, but for that cursor.
 */
export function addEntityTags(
  app: App,
  repository: Pick<NodeRepository, 'cursor' | 'version' | 'isolated' | 'fewCopies' | 'scope'>,
): void {
  const memory = openPageCache(repository.version)
  const requests = new WeakMap<FastifyRequest, Begun>()
  const notices = (): Notices => ({
    isolated: repository.isolated(),
    fewCopies: repository.fewCopies(),
    scope: repository.scope(),
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (!isRead(request)) {
      done()
      return
    }
    const kept = memory.find(request)
    const [cursor, version] = [repository.cursor(), repository.version()]
    if (kept === undefined) {
      requests.set(request, { cursor, version })
      done()
      return
    }
    const now = notices()
    if (isKnown(setTag(reply.headers(kept.headers), pageTag(kept.etag, now)), request))
      reply.code(304).removeHeader('content-type').send()
    else reply.send(joined(kept.around, bodyStart(cursor, now)))
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const begun = requests.get(request)
    if (typeof payload !== 'string' || reply.statusCode !== 200 || begun === undefined)
      return payload
    const isPage = String(reply.getHeader('content-type')).startsWith('text/html')
    const around = isPage ? aroundBody(payload) : undefined
    const now = isPage ? notices() : NONE
    if (isTagged(reply)) {
      const tag = tagOf(payload)
      const etag = setTag(reply, pageTag(tag, now))
      if (around !== undefined) memory.keep(request, begun.version, { reply, around, etag: tag })
      if (isKnown(etag, request)) {
        reply.code(304).removeHeader('content-type')
        return null
      }
    }
    return around === undefined ? payload : joined(around, bodyStart(begun.cursor, now))
  })
}

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD'

const isTagged = (reply: FastifyReply): boolean =>
  !reply.hasHeader('etag') && reply.getHeader('cache-control') !== 'no-store'

function setTag(reply: FastifyReply, etag: string): string {
  reply.header('etag', etag)
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache')
  return etag
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

const tagOf = (text: string): string => `W/"${hashOf(text).slice(0, 22)}"`

const NONE: Notices = { isolated: false, fewCopies: false, scope: undefined }

/** A browser that has the page without the lines that say it asks again. */
function pageTag(tag: string, { isolated, fewCopies, scope }: Notices): string {
  const kept = scope === undefined ? '' : `-${hashOf(scopeInWords(scope)).slice(0, 8)}`
  return tag.replace(
    /"$/,
    `${isolated ? '-isolated' : ''}${fewCopies ? '-few-copies' : ''}${kept}"`,
  )
}

/** What stands before and behind the tag of the body. Text of users is escaped, so the first is ours. */
function aroundBody(page: string): PageParts {
  const at = page.indexOf(LAYOUT_BODY)
  return [Buffer.from(page.slice(0, at)), Buffer.from(page.slice(at + LAYOUT_BODY.length))]
}

const joined = ([before, behind]: PageParts, start: string): Buffer =>
  Buffer.concat([before, Buffer.from(start), behind])
