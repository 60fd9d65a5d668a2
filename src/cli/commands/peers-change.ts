import { controlRequest } from '../../client/control-door.ts'
import { ConfigError } from '../../base/errors.ts'
import type { Answer } from '../../client/answers.ts'
import type { Invocation } from '../terminal/command.ts'
import { printableJson } from '../terminal/printable.ts'
import { dataOf } from './withhold.ts'

/** Something that an operator does with one peer of a running node. */
export interface PeerChange<T> {
  readonly verb: 'add' | 'remove' | 'ban' | 'unban'
  /** What names a peer, in words. */
  readonly takes: string
  readonly read: Answer<T>
  /** The answer in sentences. @param data folder of the node */
  readonly say: (answer: T, peer: string, data: string) => string | Promise<string>
}

/**
 * Asks the node for it by its control socket, and writes the answer.
 * @throws ConfigError USAGE; what {@link controlRequest} throws
 */
export async function changePeer<T>(
  { verb, takes, read, say }: PeerChange<T>,
  { args, context }: Invocation,
): Promise<T> {
  const [peer, ...more] = args.positionals
  if (peer === undefined || more.length > 0) {
    const name = `peers ${verb}`
    throw new ConfigError('USAGE', `${name} takes ${takes}; see countersign ${name} --help`)
  }
  const { data } = await context.configure(dataOf(args))
  const body = JSON.stringify({ peer })
  const answer = read(
    await controlRequest(data, { method: 'POST', path: `/peers/${verb}`, body }),
    'the answer',
  )
  context.out.write(args.json ? `${printableJson(answer)}\n` : await say(answer, peer, data))
  return answer
}
