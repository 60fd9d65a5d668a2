/* Whoever has an answer already is told so. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import { LAYOUT_BODY } from './pages/layout.ts'

/** Does `If-None-Match` name it? RFC 9110 section 13.1.2: a list or `*`, compared weakly. */
export function isKnown(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match']
  if (header === undefined) return false
  if (header === etag || header === '*') return true
  const opaque = etag.replace(/^W\//, '')
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque)
}

/**
 * Tags every text that is answered with 200, pages and JSON, and writes into a page the cursor behind which events are new
 * to it. Weak: two answers of one tag say the same, but for that cursor.
 */
export function addEntityTags(app: App, cursor: () => string): void {
  const cursors = new WeakMap<FastifyRequest, string>()
  app.addHook('onRequest', (request, _reply, done) => {
    // before it is made: what comes meanwhile may not be in it
    if (isRead(request)) cursors.set(request, cursor())
    done()
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || reply.statusCode !== 200 || !isRead(request)) return payload
    if (isTagged(reply)) {
      const digest = createHash('sha256').update(payload).digest('base64url').slice(0, 22)
      const etag = `W/"${digest}"`
      reply.header('etag', etag)
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache')
      if (isKnown(request, etag)) {
        reply.code(304).removeHeader('content-type')
        return null
      }
    }
    const isPage = String(reply.getHeader('content-type')).startsWith('text/html')
    return isPage ? withCursor(payload, cursors.get(request) ?? '') : payload
  })
}

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD'

const isTagged = (reply: FastifyReply): boolean =>
  !reply.hasHeader('etag') && reply.getHeader('cache-control') !== 'no-store'

/** Text of users is escaped, so the first of it is ours. */
const withCursor = (page: string, cursor: string): string =>
  page.replace(LAYOUT_BODY, `<body data-after="${cursor}">`)
