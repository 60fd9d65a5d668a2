import { NetworkError, isExpected } from '../../base/errors.ts'
import type { Repository } from '../../contract/repository.ts'
import { type Arguments, type Options, texts } from '../terminal/command.ts'
import { openHttpRepository } from '../../client/http-repository.ts'

export const DEFAULT_NODE = 'http://127.0.0.1:8000'

export const NODE_OPTION: Options = { node: { type: 'string', multiple: true } }

export const NODE_HELP = `  --node URL                    the node to ask (${DEFAULT_NODE});
                                repeat it: the first one that answers is asked`

/**
 * Asks a question of the first node that answers, and every later one of that node only: a cursor is its own.
 * @throws NetworkError NODE_UNREACHABLE if none answers, and what the question throws
 */
export type Ask = <T>(question: (node: Repository) => Promise<T>) => Promise<T>

/**
 * The nodes that a command names, or the one on this machine. None is asked yet.
 * @throws ConfigError USAGE
 */
export function openNodes(args: Arguments): Ask {
  const urls = texts(args, 'node')
  let nodes = (urls.length > 0 ? urls : [DEFAULT_NODE]).map((url) => openHttpRepository(url))
  return async (question) => {
    const reasons: string[] = []
    for (const node of nodes)
      try {
        const answer = await question(node)
        nodes = [node]
        return answer
      } catch (error) {
        if (!isUnanswered(error)) throw error
        reasons.push(error.message)
      }
    throw new NetworkError('NODE_UNREACHABLE', reasons.join('; '))
  }
}

/** Did nobody answer, as opposed to an answer that is no? */
export const isUnanswered = (error: unknown): error is Error =>
  isExpected(error) && (error.code === 'NODE_UNREACHABLE' || error.code === 'TIMED_OUT')
