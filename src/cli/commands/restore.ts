import { join } from 'node:path'
import { ConfigError } from '../../base/errors.ts'
import { type Command, type Options, refusePositionals } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { isReadable } from '../terminal/input.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { shortHex, table } from '../terminal/table.ts'

export function restore(options: Options, settingHelp: string): Command {
  const command: Command = {
    name: 'restore',
    summary: 'make a copy of a data folder fit to be used',
    usage: '--data DIR [SETTING]…',
    help: `
To back up: stop the node, copy its data folder, start it again. To go back to such a copy: put it
in place, run this on it once, start the node. A node refuses a copy before that.

What the node wrote after the copy was made is in its old feeds at its peers, and comes back from
there. It never writes to those again: for each a new feed takes its place and names it. Do not let
the node that the copy was made of run as well.

${settingHelp}

Exit: 0 done, 74 the data are in use or damaged, 78 a setting is wrong.`,
    options,
    async run(args, context) {
      refusePositionals(command, args)
      const configured = await context.configure(args.values)
      const { data } = configured
      if (!(await isReadable(join(data, 'feeds'))))
        throw new ConfigError('SETTING_INVALID', `--data: no node has kept anything in ${data}`)
      const feeds = await configured.restore()
      const rows = feeds.map((one) => [one.collection, shortHex(one.previous), shortHex(one.feed)])
      context.out.write(
        args.json
          ? `${printableJson({ data, feeds })}\n`
          : `${table(['COLLECTION', 'OLD FEED', 'NEW FEED'], rows)}${printable(`${data} can be used now: start the node`)}\n`,
      )
      return EXIT.fine
    },
  }
  return command
}
