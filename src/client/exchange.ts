/* The one way to ask a node, whatever the door: bounded, with a deadline, patient where the node asks for it. */
import { setTimeout as delay } from 'node:timers/promises'
import { type CountersignError, isExpected } from '../base/errors.ts'
import { problemOf, type Reply, type FailureMessages } from './reply.ts'

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Relative to the node's address, encoded; may have a query. */
  readonly path: string
  /** A text is JSON. */
  readonly body?: Uint8Array<ArrayBuffer> | FormData | string
  /** Asked once, without patience. */
  readonly isOnce?: boolean
  /** Ends it before its time. */
  readonly signal?: AbortSignal
  /** Whoever is asked sends nobody elsewhere. */
  readonly stays?: boolean
  /** Of the answer, in bytes; if absent, as the door has it. */
  readonly limit?: number
  /** Statuses from 400 on that are answers like any other. */
  readonly isAnswer?: (status: number) => boolean
}

/** An answer whose body is still to come. */
export interface Incoming {
  readonly status: number
  readonly headers: Reply['headers']
  readonly body: AsyncIterable<Uint8Array>
}

/** What a node is asked through. */
export interface Door {
  readonly send: (asked: Asked, signal: AbortSignal) => Promise<Incoming>
  /** How errors name what was asked. */
  readonly shown: (path: string) => string
  /** An answer may have this many bytes. */
  readonly limit: number
  /**
   * How long connecting may take, and the pause between two pieces of an answer, in milliseconds. Without it there is no
   * limit.
   */
  readonly quiet?: number
  /** Is told for how many milliseconds nothing is taken, each time that this is said. */
  readonly onAskedToWait?: (milliseconds: number) => void
  /** How long it may take from the first byte sent to the last byte received, in milliseconds, so that a slow drip ends. */
  readonly whole?: number
  readonly told: FailureMessages & {
    /** The error if no answer came, or if it broke off. */
    readonly silent: (cause: unknown, asked: string) => CountersignError
    readonly late: (cause: unknown) => CountersignError
    readonly endless: () => CountersignError
  }
}

/** How long in all to wait for a node that says "too many, come back in a while", in milliseconds. */
const PATIENCE = 10 * 60_000
const DEFAULT_RETRY_S = 5

/**
 * One request, repeated while the node asks for patience (429, `Retry-After`).
 * @throws CountersignError with the node's own code; NetworkError NODE_UNREACHABLE, TIMED_OUT, ANSWER_UNEXPECTED
 */
export async function exchange(door: Door, asked: Asked): Promise<Reply> {
  const until = Date.now() + PATIENCE
  for (;;) {
    const reply = await exchangeOnce(door, asked)
    if (reply.status < 400 || asked.isAnswer?.(reply.status) === true) return reply
    const pause = retryAfter(reply)
    if (asked.isOnce === true || pause === undefined || Date.now() + pause > until)
      throw problemOf(reply)
    door.onAskedToWait?.(pause)
    await delay(pause)
  }
}

function retryAfter(reply: Reply): number | undefined {
  if (reply.status !== 429) return undefined
  const seconds = reply.headers.get('retry-after') ?? ''
  return (/^\d{1,6}$/.test(seconds) ? Math.max(1, Number(seconds)) : DEFAULT_RETRY_S) * 1000
}

async function exchangeOnce(door: Door, asked: Asked): Promise<Reply> {
  const { quiet, whole, told } = door
  const abort = new AbortController()
  const ends = [quiet, whole].map((after) =>
    after === undefined ? undefined : setTimeout(() => abort.abort(), after),
  )
  const { signal } = asked
  const ending = signal === undefined ? abort.signal : AbortSignal.any([abort.signal, signal])
  const url = door.shown(asked.path)
  try {
    const { status, headers, body } = await door.send(asked, ending)
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of body) {
      ends[0]?.refresh()
      size += piece.byteLength
      if (size > (asked.limit ?? door.limit)) throw told.endless()
      pieces.push(piece)
    }
    return { url, status, headers, bytes: Buffer.concat(pieces), told }
  } catch (error) {
    if (isExpected(error)) throw error
    throw abort.signal.aborted ? told.late(error) : told.silent(error, url)
  } finally {
    for (const end of ends) clearTimeout(end)
  }
}
