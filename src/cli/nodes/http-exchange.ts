import { setTimeout as delay } from 'node:timers/promises'
import { type Code, ConfigError, CountersignError, NetworkError } from '../../base/errors.ts'
import { noAnswer } from '../../client/no-answer.ts'
import { addressTrouble } from '../../base/node-address.ts'
import { type Answer, unexpected } from '../../client/answers.ts'
import { EXIT, exitOf, isCode, isExpected } from '../terminal/exit.ts'

/** An answer of more is a node gone wrong: a page of 1,000 certifications is below 2 MB. */
const MAX_ANSWER = 64 * 1024 * 1024
/** To connect, and between two pieces of an answer; a node may wait for a disk or a full queue. */
const TIMEOUT_MS = 30_000
/** How long in all to wait for a node that says "too many, come back in a while". */
const PATIENCE_MS = 10 * 60_000
const DEFAULT_RETRY_S = 5

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Relative to the base, encoded; may have a query. */
  readonly path: string
  readonly body?: Uint8Array<ArrayBuffer> | FormData
  /** Asked once, without patience. */
  readonly isOnce?: boolean
  /** Whoever is asked sends nobody elsewhere. */
  readonly stays?: boolean
  /** Of the answer, in bytes; 64 MiB if absent. */
  readonly limit?: number
  /** 404 is an answer like any other. */
  readonly orNothing?: boolean
}

export interface Reply {
  /** What was asked, for errors. */
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

/** @throws ConfigError USAGE if that is no address of a node */
export function readBaseUrl(text: string): URL {
  const trouble = addressTrouble(text)
  if (trouble !== undefined) throw new ConfigError('USAGE', trouble)
  const base = new URL(text)
  base.search = ''
  base.hash = ''
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return base
}

/**
 * One request, repeated while the node asks for patience (429, `Retry-After`).
 * @throws CountersignError with the node's own code; NetworkError NODE_UNREACHABLE, TIMED_OUT, ANSWER_UNEXPECTED
 */
export async function exchange(base: URL, asked: Exchange): Promise<Reply> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const reply = await exchangeOnce(base, asked)
    if (reply.status < 400 || (reply.status === 404 && asked.orNothing === true)) return reply
    const pause = retryAfter(reply)
    if (asked.isOnce === true || pause === undefined || Date.now() + pause > until)
      throw problemOf(reply)
    await delay(pause)
  }
}

function retryAfter(reply: Reply): number | undefined {
  if (reply.status !== 429) return undefined
  const seconds = reply.headers.get('retry-after') ?? ''
  return (/^\d{1,6}$/.test(seconds) ? Math.max(1, Number(seconds)) : DEFAULT_RETRY_S) * 1000
}

async function exchangeOnce(base: URL, asked: Exchange): Promise<Reply> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
  const url = new URL(asked.path, base)
  try {
    const response = await fetch(url, {
      method: asked.method,
      redirect: asked.stays === true ? 'error' : 'follow',
      headers: headersOf(asked),
      signal: abort.signal,
      ...(asked.body === undefined ? {} : { body: asked.body }),
    })
    const bytes = await readBounded(response, asked.limit ?? MAX_ANSWER, () => timer.refresh())
    return { url: url.href, status: response.status, headers: response.headers, bytes }
  } catch (error) {
    if (isExpected(error)) throw error
    if (abort.signal.aborted) {
      throw new NetworkError('TIMED_OUT', `${base.origin} did not answer in time`, { cause: error })
    }
    const message = `${base.origin} does not answer: ${noAnswer(error, url)}`
    throw new NetworkError('NODE_UNREACHABLE', message, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function headersOf(asked: Exchange): Record<string, string> {
  const accept = { accept: 'application/json' }
  return asked.body instanceof Uint8Array
    ? { ...accept, 'content-type': 'application/octet-stream' }
    : accept
}

async function readBounded(
  response: Response,
  limit: number,
  onPiece: () => void,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined
  if (body === undefined) return new Uint8Array()
  for await (const piece of body) {
    onPiece()
    size += piece.byteLength
    if (size > limit) throw unexpected("the node's answer is too large")
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** But for a disk that takes nothing, what happens inside a node is, from here, a node that does not answer as it should. */
function problemOf(reply: Reply): CountersignError {
  const problem = tryJson(reply.bytes)
  const { code, detail } = { code: member(problem, 'code'), detail: member(problem, 'detail') }
  if (typeof code !== 'string' || typeof detail !== 'string')
    return noNode(reply, `answered ${reply.status}`)
  if (isCode(code) && isTold(code)) return new CountersignError(code, detail)
  return unexpected(`${detail} (${code})`)
}

/** Another program is there, or a proxy with nothing behind it. */
function noNode({ url }: Reply, did: string): NetworkError {
  return unexpected(`${url} ${did}, which is no answer of a Countersign node`)
}

/** Is it something that whoever asked can do something about? */
function isTold(code: Code): boolean {
  if (code === 'DISK_FULL') return true
  const exit = exitOf(new CountersignError(code, ''))
  return exit === EXIT.refused || exit === EXIT.noAnswer
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return new Map<string, unknown>(Object.entries(value)).get(name)
}

function tryJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param at what it is, for the error
 * @throws NetworkError ANSWER_UNEXPECTED, naming what was asked
 */
export function understood<T>(reply: Reply, answer: Answer<T>, at: string): T {
  const value = json(reply)
  try {
    return answer(value, at)
  } catch (error) {
    if (!isExpected(error)) throw error
    throw unexpected(
      `${reply.url} did not answer like a Countersign node of this version: ${error.message}`,
      error,
    )
  }
}

/** @throws NetworkError ANSWER_UNEXPECTED */
export function json(reply: Reply): unknown {
  const value = tryJson(reply.bytes)
  if (value === undefined) throw noNode(reply, `answered ${reply.status} and no JSON`)
  return value
}
