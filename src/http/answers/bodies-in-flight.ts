/* Bodies that are on their way or worked on: by what has come of them, and not by what was promised. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { heavierThan, prefixOf, shareOf } from '../../base/address-share.ts'
import type { App } from '../transport/app.ts'
import { answerTooMuch, answerTooSlow, TOO_MUCH } from './failures.ts'
import { MAX_BODY_BYTES } from '../transport/request-body.ts'
import { FORM_TYPE } from '../transport/form-parts.ts'

/** Bytes that have come: of everybody, of one prefix, and of one address (IPv6: one /64). */
const ALL = 128 * 1024 * 1024
const OF_PREFIX = ALL / 2
const OF_ONE = 16 * 1024 * 1024
/** Requests with a body of one address that are not answered yet. */
const MOST_OF_ONE = 256

/** How often they are looked at, in milliseconds. */
const EVERY = 2_500
/** What must have come in a millisecond, in bytes, until all is here. */
const LEAST_RATE = 1
/** A node that looks so many times too late has not read what came. */
const LATE = 1.5

/** Pieces of a chunked body that may be of any size; then they have so many bytes each, on average. */
const PIECES = 1024
const LEAST_PIECE = 64

interface Body {
  readonly raw: IncomingMessage
  readonly reply: FastifyReply
  readonly share: string
  /** In bytes, as far as it is read. */
  readonly size: number
  /** Of the connection, before this. */
  readonly start: number
  /** What had come when it was looked at last. */
  before: number | undefined
}

/**
 * Refuses a body for which there is no room, ends those that stall, and where too much has come at once the newest of
 * whoever sent most. A place is held until the request is answered or cut off.
 */
export function limitBodies(app: App, every = EVERY): void {
  /** Oldest first. */
  const bodies = new Set<Body>()
  let timer: NodeJS.Timeout | undefined
  let looked = 0

  function hold(request: FastifyRequest, reply: FastifyReply): void {
    const size = sizeOf(request)
    if (size === 0) return
    const share = shareOf(request.ip)
    const own = [...bodies].filter((body) => body.share === share)
    if (own.length >= MOST_OF_ONE || cameOf(own) >= OF_ONE) throw TOO_MUCH
    const { raw } = request
    if (raw.headers['transfer-encoding'] !== undefined) limitPieces(raw)
    const start = raw.socket.bytesRead
    const body: Body = { raw, reply, share, size, start, before: undefined }
    bodies.add(body)
    if (timer === undefined) {
      looked = performance.now()
      timer = setInterval(look, every).unref()
    }
    reply.raw.once('close', () => {
      bodies.delete(body)
      if (bodies.size === 0) {
        clearInterval(timer)
        timer = undefined
      }
    })
  }

  function look(): void {
    const isLate = performance.now() - looked > LATE * every
    looked = performance.now()
    for (const body of bodies) {
      const came = cameOf([body])
      const isStalled = came - (body.before ?? -Infinity) < LEAST_RATE * every
      if (isStalled && !isLate && !body.raw.complete) end(body, answerTooSlow)
      else body.before = came
    }
    const prefixes = new Set([...bodies].map(({ share }) => prefixOf(share)))
    for (const prefix of prefixes) cut((body) => prefixOf(body.share) === prefix, OF_PREFIX)
    cut(() => true, ALL)
  }

  /** Ends the newest of whoever has sent most, until no more is here than may be. */
  function cut(isAmong: (body: Body) => boolean, most: number): void {
    for (;;) {
      const some = [...bodies].filter(isAmong)
      if (cameOf(some) <= most) return
      const weights = new Map<string, number>()
      for (const body of some)
        weights.set(body.share, (weights.get(body.share) ?? 0) + cameOf([body]))
      const share = heavierThan(
        '',
        [...weights].map(([name, weight]) => ({ share: name, weight })),
      )
      const newest = some.findLast((body) => body.share === share)
      if (newest === undefined) return
      end(newest, answerTooMuch)
    }
  }

  function end(body: Body, answer: (socket: Socket) => void): void {
    bodies.delete(body)
    // what is answered already is only on its way
    if (!body.reply.raw.headersSent) answer(body.raw.socket)
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

/** Ends what comes in crumbs: each costs as much as 64 KiB, though its bytes count for nothing. */
function limitPieces(raw: IncomingMessage): void {
  let [pieces, bytes, isOver] = [0, 0, false]
  const push = raw.push.bind(raw)
  raw.push = (chunk: unknown, encoding) => {
    // the parser goes on to the end of what was read
    if (isOver) return false
    pieces += 1
    if (chunk instanceof Uint8Array) bytes += chunk.length
    if (pieces > PIECES && bytes < pieces * LEAST_PIECE) {
      isOver = true
      answerTooMuch(raw.socket)
      return false
    }
    return push(chunk, encoding)
  }
}

/** Without what came in one piece with the headers, until all is here. */
function cameOf(bodies: readonly Body[]): number {
  return bodies.reduce((sum, { raw, start, size }) => {
    const came =
      raw.headers['content-length'] !== undefined && raw.complete
        ? size
        : raw.socket.bytesRead - start
    return sum + Math.min(size, came)
  }, 0)
}

/** As far as it is read. A form may have three parts, each as large as a body. */
function sizeOf({ headers }: FastifyRequest): number {
  const isForm = FORM_TYPE.test(headers['content-type'] ?? '')
  const limit = isForm ? 3 * MAX_BODY_BYTES : MAX_BODY_BYTES
  const declared = headers['content-length']
  if (declared !== undefined) return Math.min(Number(declared) || 0, limit)
  return headers['transfer-encoding'] === undefined ? 0 : limit
}
