/* Who a node is and where its peers dial it: the little that another node asks. */
import * as Type from 'typebox'
import { type CountersignError, isExpected } from '../base/errors.ts'
import { own } from '../contract/status.ts'
import { answerOf, unexpected } from './answers.ts'
import { exchange } from './exchange.ts'
import { httpDoor, readBaseUrl } from './http-door.ts'
import { understood } from './reply.ts'

const { peerId, addresses } = own
/** Of a status: what an older or a newer node says as well. */
const read = answerOf(Type.Object({ peerId, addresses }))

/** The whole exchange, in milliseconds; and of the answer, in bytes. */
const PATIENCE = 20_000
const LIMIT = 1024 * 1024

/**
 * Asked once: whoever asks again later is patient himself.
 * @param url of its HTTP API
 * @throws CountersignError with the node's own code; ConfigError USAGE; NetworkError NODE_UNREACHABLE, TIMED_OUT,
 *   ANSWER_UNEXPECTED
 */
export async function askNode(
  url: string,
  signal: AbortSignal,
): Promise<{ readonly peerId: string; readonly addresses: readonly string[] }> {
  const door = { ...httpDoor(readBaseUrl(url)), whole: PATIENCE }
  const asked = { method: 'GET', path: 'status', isOnce: true, limit: LIMIT, signal } as const
  try {
    return understood(await exchange(door, asked), read, 'status')
  } catch (error) {
    throw isNoNode(error) ? (belowNode(url, error) ?? error) : error
  }
}

/** Somebody answered, and not as a node does where its address ends. */
const isNoNode = (error: unknown): error is CountersignError =>
  isExpected(error) && /^ANSWER_UNEXPECTED$|_NOT_FOUND$|_INVALID$/.test(error.code)

/** The address of a page is easily taken for that of its node. `undefined`: it has no path. */
function belowNode(url: string, error: CountersignError): CountersignError | undefined {
  const { origin, pathname } = new URL(url)
  if (pathname === '/') return undefined
  return unexpected(
    `${url} is not the address of a node, but of something below one: give ${origin}, or, if a proxy has the node below a path, the address up to there`,
    error,
  )
}
