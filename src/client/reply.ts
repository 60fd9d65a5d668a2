import { type Code, CountersignError, isCode, isExpected, isOwnTrouble } from '../base/errors.ts'
import { type Answer, unexpected } from './answers.ts'

/** How an answer that is none is told of. */
export interface FailureMessages {
  /** It answered what no node answers. `asked` is what was asked. */
  readonly noNode: (asked: string, status: number, lacks: 'JSON' | 'problem') => CountersignError
  /** Is a node's own code said as it is? What happens inside a node is, from afar, a node that does not answer as it should. */
  readonly isTold: (code: Code) => boolean
}

/** A whole answer. */
export interface Reply {
  /** What was asked, for errors. */
  readonly url: string
  readonly status: number
  readonly headers: { readonly get: (name: string) => string | null }
  readonly bytes: Uint8Array
  readonly told: FailureMessages
}

/** But for a disk that takes nothing. */
export const isToldToAll = (code: Code): boolean => code === 'DISK_FULL' || !isOwnTrouble(code)

/** The failure that a node answered. */
export function problemOf({ url, status, bytes, told }: Reply): CountersignError {
  const problem = tryJson(bytes)
  const { code, detail } = { code: member(problem, 'code'), detail: member(problem, 'detail') }
  if (typeof code !== 'string' || typeof detail !== 'string')
    return told.noNode(url, status, 'problem')
  if (isCode(code) && told.isTold(code)) return new CountersignError(code, detail)
  return unexpected(`${detail} (${code})`)
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
export function json({ url, status, bytes, told }: Reply): unknown {
  const value = tryJson(bytes)
  if (value === undefined) throw told.noNode(url, status, 'JSON')
  return value
}
