import { ConfigError, NetworkError } from '../base/errors.ts'
import { addressTrouble } from '../base/node-address.ts'
import { unexpected } from './answers.ts'
import type { Asked, Door, Incoming } from './exchange.ts'
import { isToldToAll } from './reply.ts'

/** An answer of more is a node gone wrong: a page of 1,000 certifications is below 2 MB. */
const LIMIT = 64 * 1024 * 1024
/** A node may wait for a disk or a full queue. */
const QUIET = 30_000

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

/** A node's HTTP API below `base`, which ends with a slash. Nothing is opened before it is asked. */
export function httpDoor(base: URL): Door {
  return {
    send: (asked, signal) => send(base, asked, signal),
    shown: (path) => new URL(path, base).href,
    limit: LIMIT,
    quiet: QUIET,
    told: {
      silent: (cause, url) =>
        new NetworkError(
          'NODE_UNREACHABLE',
          `${base.origin} does not answer: ${noAnswer(cause, url)}`,
          { cause },
        ),
      late: (cause) =>
        new NetworkError('TIMED_OUT', `${base.origin} did not answer in time`, { cause }),
      endless: () => unexpected("the node's answer is too large"),
      // another program is there, or a proxy with nothing behind it
      noNode: (url, status, lacks) =>
        unexpected(
          `${url} answered ${status}${lacks === 'JSON' ? ' and no JSON' : ''}, which is no answer of a Countersign node`,
        ),
      isTold: isToldToAll,
    },
  }
}

async function send(base: URL, asked: Asked, signal: AbortSignal): Promise<Incoming> {
  const { body } = asked
  const response = await fetch(new URL(asked.path, base), {
    method: asked.method,
    redirect: asked.stays === true ? 'error' : 'follow',
    headers: { accept: 'application/json', ...typeOf(body) },
    signal,
    ...(body !== undefined && { body }),
  })
  return { status: response.status, headers: response.headers, body: response.body ?? none() }
}

function typeOf(body: Asked['body']): Readonly<Record<string, string>> {
  if (typeof body === 'string') return { 'content-type': 'application/json' }
  return body instanceof Uint8Array ? { 'content-type': 'application/octet-stream' } : {}
}

async function* none(): AsyncGenerator<Uint8Array> {}

/** Why `fetch` got nothing of a node at `url`. `fetch failed` says nothing; its cause does. */
export function noAnswer(error: unknown, url: string): string {
  let reason = error
  while (reason instanceof Error && reason.cause !== undefined) reason = reason.cause
  if (reason instanceof AggregateError) reason = reason.errors[0]
  const message = reason instanceof Error ? reason.message : String(reason)
  const { protocol, host } = new URL(url)
  if (protocol === 'https:' && isNoTls(reason))
    return `what is there speaks no TLS; try http://${host}`
  if (message !== 'bad port') return message
  // what a browser never asks fetch does not ask either
  return `port ${new URL(url).port} is kept for another protocol, and no web program asks it; give the node another one, as in http://127.0.0.1:8000`
}

/** By OpenSSL's reason for an answer that is none: an HTTP server takes the beginning of TLS for a bad request, and says so in plain text. */
const isNoTls = (reason: unknown): boolean =>
  reason instanceof Error &&
  /wrong.version.number|packet.length.too.long|http.request/i.test(
    `${'code' in reason ? String(reason.code) : ''} ${reason.message}`,
  )
