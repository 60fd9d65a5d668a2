import { request } from 'node:http'
import { join } from 'node:path'
import { controlSocket } from '../../base/control-socket.ts'
import { type Code, CountersignError, NetworkError } from '../../base/errors.ts'
import { isCode } from './exit.ts'

export interface ControlAsked {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

/** An answer of more is a node gone wrong. */
const MAX_ANSWER = 16 * 1024 * 1024

/**
 * Asks the running node of a data folder over its control socket, and waits as long as it works.
 * @returns the answer's JSON
 * @throws NetworkError NODE_UNREACHABLE, ANSWER_UNEXPECTED; CountersignError with the node's own code
 */
export async function controlRequest(data: string, asked: ControlAsked): Promise<unknown> {
  const socket = await controlSocket(data).catch((cause: unknown) => {
    throw silent(join(data, 'control.sock'), cause)
  })
  const { status, text } = await exchange(
    { shown: join(data, 'control.sock'), ...socket },
    asked,
  ).finally(() => void socket.release())
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new NetworkError('ANSWER_UNEXPECTED', 'The node did not answer in JSON.', { cause })
  }
  if (status < 400) return value
  const { code, detail } = problemOf(value)
  throw new CountersignError(code, detail)
}

function problemOf(value: unknown): { readonly code: Code; readonly detail: string } {
  const isProblem = typeof value === 'object' && value !== null
  const code = isProblem && 'code' in value ? value.code : undefined
  const detail = isProblem && 'detail' in value ? value.detail : undefined
  return {
    code: isCode(code) ? code : 'ANSWER_UNEXPECTED',
    detail: typeof detail === 'string' ? detail : 'The node refused and did not say why.',
  }
}

function exchange(
  { shown, path: socketPath }: { readonly shown: string; readonly path: string },
  { method, path, body }: ControlAsked,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({ socketPath, method, path, headers }, (response) => {
      const pieces: Buffer[] = []
      let size = 0
      response.on('data', (piece: Buffer) => {
        size += piece.length
        if (size > MAX_ANSWER) response.destroy(new Error('the answer is too large'))
        else pieces.push(piece)
      })
      response.on('error', (cause) => reject(silent(shown, cause)))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() }),
      )
    })
    sent.on('error', (cause) => reject(silent(shown, cause)))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
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
