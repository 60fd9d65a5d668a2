import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Requester, beginRequest } from '../../base/requester.ts'
import { AdmissionError } from '../../base/errors.ts'
import type { App } from './app.ts'
import { FORM_TYPE } from './form-parts.ts'
import { requireHost, type HostGuard } from './host-guard.ts'
import { onlyReads, requireOwnOrigin } from './origin-guard.ts'
import { requirePlainPath } from './request-path.ts'
import { shareOf } from '../../base/address-share.ts'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** What every answer carries. Reads are public, so any page may read them. */
export function setAnswerHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('content-security-policy', POLICY)
  reply.header('x-content-type-options', 'nosniff')
  reply.header('referrer-policy', 'no-referrer')
  if (!onlyReads(request) || request.method === 'OPTIONS') return
  reply.header('access-control-allow-origin', '*')
  reply.header(
    'access-control-expose-headers',
    'Link, ETag, Countersign-Withheld, Countersign-Scope',
  )
}

/** What happens to a request before its route: headers, its host, a plain path, and for submissions origin, encoding and limit. */
export function addGuards(
  app: App,
  settings: HostGuard & { readonly submissionsPerMinute: number },
): void {
  app.addHook('onRequest', (request, reply, done) => {
    setAnswerHeaders(request, reply)
    try {
      requireHost(request.raw, settings)
      requirePlainPath(request.raw.url ?? '', request.routeOptions.url)
      requireOwnOrigin(request, settings.publicUrl)
      if (request.method === 'POST' || request.method === 'PUT') requirePlainBody(request)
    } catch (error) {
      done(error instanceof Error ? error : new Error('not an error', { cause: error }))
      return
    }
    done()
  })
  // last, since a body that comes loses who it is from
  app.addHook('preHandler', (request, reply, done) => {
    // whoever hands something in says himself for whom
    if (!onlyReads(request)) {
      done()
      return
    }
    const end = beginRequest(askerOf(request), done)
    if (reply.raw.writableFinished || reply.raw.destroyed) end()
    reply.raw.once('finish', end).once('close', end)
  })
  if (settings.submissionsPerMinute > 0) limitSubmissions(app, settings.submissionsPerMinute)
}

/** Read when something costly begins; most requests never ask. */
function askerOf({ ip, raw: { socket } }: FastifyRequest): Requester {
  return {
    get share() {
      return shareOf(ip)
    },
    isGone: () => socket.destroyed,
  }
}

/**
 * Nothing is ever inflated. What a client calls its body does not matter, unless it is a form of several parts.
 * @throws AdmissionError ENCODING_REFUSED
 */
function requirePlainBody({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding']
  const transfer = headers['transfer-encoding']
  const plain = coding === undefined || /^identity$/i.test(coding)
  if (!plain || (transfer !== undefined && !/^chunked$/i.test(transfer)))
    throw new AdmissionError('ENCODING_REFUSED', 'Send the body as it is, not compressed.')
  const type = headers['content-type']
  if (type !== undefined && !FORM_TYPE.test(type)) delete headers['content-type']
}

/** One budget for every way to hand something in. */
function limitSubmissions(app: App, perMinute: number): void {
  app.after(() => {
    const count = app.createRateLimit({
      max: perMinute,
      timeWindow: 60_000,
      keyGenerator: (request) => shareOf(request.ip),
    })
    const guard = async (request: FastifyRequest): Promise<void> => {
      const state = await count(request)
      if (state.isAllowed || !state.isExceeded) return
      throw new AdmissionError(
        'RATE_EXCEEDED',
        'Too many submissions from this address. Try again later.',
        { retryAfter: Math.max(state.ttlInSeconds, 1) },
      )
    }
    // Only where it counts, so that a read never waits for a promise.
    app.addHook('onRoute', (route) => {
      // a question that is too long for a URL stands at a gate instead, in which each address has a share
      if (route.config?.onlyReads === true) return
      if (![route.method].flat().some((method) => method === 'POST' || method === 'PUT')) return
      route.onRequest = [guard, ...[route.onRequest ?? []].flat()]
    })
  })
}
