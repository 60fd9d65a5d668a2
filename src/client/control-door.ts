import { request } from 'node:http'
import { join } from 'node:path'
import { type ControlSocket, controlSocket } from '../base/control-socket.ts'
import { CountersignError, NetworkError } from '../base/errors.ts'
import { unexpected } from './answers.ts'
import { type Asked, type Door, exchange, type Incoming } from './exchange.ts'
import { json } from './reply.ts'

/** An answer of more is a node gone wrong. */
const LIMIT = 16 * 1024 * 1024

/**
 * Asks the running node of a data folder over its control socket, and waits as long as it works.
 * @returns the answer's JSON
 * @throws NetworkError NODE_UNREACHABLE, ANSWER_UNEXPECTED; CountersignError with the node's own code
 */
export async function controlRequest(data: string, asked: Asked): Promise<unknown> {
  const shown = join(data, 'control.sock')
  const socket = await controlSocket(data).catch((cause: unknown) => {
    throw silent(shown, cause)
  })
  try {
    return json(await exchange(controlDoor(shown, socket), asked))
  } finally {
    await socket.release()
  }
}

function controlDoor(shown: string, { path: socketPath }: ControlSocket): Door {
  return {
    send: (asked, signal) => send(socketPath, asked, signal),
    shown: () => shown,
    limit: LIMIT,
    told: {
      silent: (cause) => silent(shown, cause),
      late: (cause) => silent(shown, cause),
      endless: () => silent(shown, new Error('the answer is too large')),
      noNode: (_asked, _status, lacks) =>
        lacks === 'JSON'
          ? unexpected('The node did not answer in JSON.')
          : new CountersignError('ANSWER_UNEXPECTED', 'The node refused and did not say why.'),
      // its operator asks
      isTold: () => true,
    },
  }
}

function send(
  socketPath: string,
  { method, path, body }: Asked,
  signal: AbortSignal,
): Promise<Incoming> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers, signal }, (response) => {
      const get = (name: string) => response.headersDistinct[name]?.[0] ?? null
      resolve({ status: response.statusCode ?? 0, headers: { get }, body: response })
    })
    sent.on('error', reject)
    sent.end(typeof body === 'string' ? body : undefined)
  })
}

/** No running node has that data folder, or it is none that is silent: another URL of a node would not help. */
export class NoNodeError extends NetworkError {}

function silent(socketPath: string, cause: unknown): NoNodeError {
  return new NoNodeError(
    'NODE_UNREACHABLE',
    `No node answers at ${socketPath} (${reasonOf(cause)}); start one with countersign serve, or name its data folder with --data.`,
    { cause },
  )
}

/** Without the path, which was said. */
function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOENT') return 'there is none'
  if (code === 'ECONNREFUSED') return 'nobody listens'
  if (code === 'EACCES') return 'only its owner may'
  return cause instanceof Error ? cause.message : String(cause)
}
