import { ConfigError } from '../../base/errors.ts'
import type { KeyAdded } from '../../contract/submission.ts'
import type { Command } from '../terminal/command.ts'
import { EXIT, type Exit, exitOf, worstExit } from '../terminal/exit.ts'
import { report } from '../terminal/report.ts'
import { checkReadable, readInput } from '../terminal/input.ts'
import { postKeys } from './key-postings.ts'
import { NODE_HELP, NODE_OPTION, openNodes } from '../nodes/nodes.ts'
import { printable, printableJson } from '../terminal/printable.ts'

/** The keyring of a large distribution has 30 MiB. */
const MAX_KEYS = 64 * 1024 * 1024

export const keyAdd: Command = {
  name: 'key add',
  summary: 'send public keys to a node',
  usage: 'FILE… [--node URL]…',
  help: `
Sends files of public keys, armored or binary, or in PEM (in-toto), or of revocations alone, as
gpg --gen-revoke makes them; "-" is stdin. Certifications that waited for a key are taken then.
What of a key was not taken is said with the reason. A keyring of many keys is sent in several
postings; behind a key that is refused it goes on with the next.

${NODE_HELP}

Exit: 0 all were taken or known, 1 one was refused, 3 no node answered, 74 the disk of the
node takes nothing.
With --json: one object per key and line.`,
  options: NODE_OPTION,
  async run(args, context) {
    const files = args.positionals
    if (files.length === 0)
      throw new ConfigError('USAGE', 'key add takes files of public keys, or - for stdin')
    await checkReadable(files)
    const ask = openNodes(args)
    const exits: Exit[] = []
    const fail = (error: unknown, file: string): void => {
      report(error, { context, json: args.json, another: '--node URL', file })
      exits.push(exitOf(error))
    }
    for (const file of files)
      try {
        const bytes = await readInput(file, MAX_KEYS, context)
        const post = (keys: Uint8Array): Promise<readonly KeyAdded[]> =>
          ask((node) => node.addKeys(keys))
        for await (const posted of postKeys(bytes, post))
          if ('refused' in posted) fail(posted.refused, file)
          else {
            for (const key of posted.keys)
              context.out.write(args.json ? `${printableJson(key)}\n` : line(key))
            exits.push(EXIT.fine)
          }
      } catch (error) {
        fail(error, file)
      }
    return worstExit(exits)
  },
}

function line(key: KeyAdded): string {
  const released = key.released.map((id) => `  taken now: ${printable(id)}\n`).join('')
  const state = key.added ? 'added' : key.waits === true ? 'waits' : 'known'
  const leftOut = (key.leftOut ?? [])
    .map(({ what, why }) => `  left out: ${printable(what)}: ${printable(why)}\n`)
    .join('')
  return `${printable(key.fingerprint)}  ${state}\n${released}${leftOut}`
}
