import type { FastifyReply, FastifyRequest } from 'fastify'
import { AdmissionError } from '../errors.ts'
import type { App } from './app.ts'
import { MAX_BODY_BYTES } from './request-body.ts'
import { shareOf } from '../address-share.ts'

/** Bytes of bodies that are on their way or worked on: of everybody, and of one address (IPv6: one /64). */
const ALL = 128 * 1024 * 1024
const OF_ONE = 16 * 1024 * 1024

/**
 * Refuses a body for which there is no room while others are on their way. What a request says that it will send is
 * counted until it is answered or cut off; of one that does not say, the most that is read.
 */
export function limitBodies(app: App): void {
  const held = new Map<string, number>()
  let all = 0

  function hold(request: FastifyRequest, reply: FastifyReply): void {
    const size = sizeOf(request)
    if (size === 0) return
    const address = shareOf(request.ip)
    const own = held.get(address) ?? 0
    if (own + size > OF_ONE || all + size > ALL) {
      reply.header('retry-after', '5')
      throw new AdmissionError(
        'RATE_EXCEEDED',
        'Too much is being sent to this node at once. Send one after the other, or try again later.',
      )
    }
    held.set(address, own + size)
    all += size
    reply.raw.once('close', () => {
      const rest = (held.get(address) ?? 0) - size
      if (rest > 0) held.set(address, rest)
      else held.delete(address)
      all -= size
    })
  }

  app.addHook('onRequest', (request, reply, done) => {
    try {
      hold(request, reply)
    } catch (error) {
      done(error instanceof Error ? error : new Error('not an error', { cause: error }))
      return
    }
    done()
  })
}

/** As far as it is read. A form may have three parts, each as large as a body. */
function sizeOf({ headers }: FastifyRequest): number {
  const isForm = /^multipart\/form-data\b/i.test(headers['content-type'] ?? '')
  const limit = isForm ? 3 * MAX_BODY_BYTES : MAX_BODY_BYTES
  const declared = headers['content-length']
  if (declared !== undefined) return Math.min(Number(declared) || 0, limit)
  return headers['transfer-encoding'] === undefined ? 0 : limit
}
