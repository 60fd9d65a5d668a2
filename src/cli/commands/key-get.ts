import { readKeyName } from '../../base/fingerprint.ts'
import { ConfigError, NotFoundError } from '../../base/errors.ts'
import type { Command } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { reportAbsent } from '../terminal/report.ts'
import { NODE_HELP, NODE_OPTION, openNodes } from '../nodes/nodes.ts'
import { printableJson } from '../terminal/printable.ts'

export const keyGet: Command = {
  name: 'key get',
  summary: 'print a public key that a node has',
  usage: 'FINGERPRINT [--node URL]…',
  help: `
Prints the armored public key, to be read by gpg --import. A key id will do.

${NODE_HELP}

Exit: 0 printed, 1 the node has no such key, 3 no node answered.`,
  options: NODE_OPTION,
  async run(args, context) {
    const fingerprint = readKeyName(args.positionals.join(''))
    if (fingerprint === undefined) {
      const rule = 'a fingerprint of 40 or 64 hex digits, or a key id of 16'
      throw new ConfigError('USAGE', `key get takes ${rule}`)
    }
    const armored = await openNodes(args)((node) => node.key(fingerprint))
    if (armored === undefined) {
      const none = new NotFoundError('KEY_NOT_FOUND', `The node has no key ${fingerprint}.`)
      return reportAbsent(none, { context, json: args.json })
    }
    const json = { fingerprint: fingerprint.toUpperCase(), armored }
    context.out.write(args.json ? `${printableJson(json)}\n` : `${armored.trimEnd()}\n`)
    return EXIT.fine
  },
}
