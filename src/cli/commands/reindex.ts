import { join } from 'node:path'
import { counted } from '../../base/counted.ts'
import { ConfigError } from '../../base/errors.ts'
import { type Command, type Options, refusePositionals } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { isReadable } from '../terminal/input.ts'
import { printableJson } from '../terminal/printable.ts'
import { openProgress } from '../terminal/progress.ts'

export function reindex(options: Options, settingHelp: string): Command {
  const command: Command = {
    name: 'reindex',
    summary: 'build the indexes of a stopped node anew from its feeds',
    usage: '--data DIR [SETTING]…',
    help: `
Deletes every index in the data folder and builds it again from the feeds. Stop the node first.
Interrupted, it can simply be repeated.

${settingHelp}

Exit: 0 done, 74 the data are in use or damaged, 78 a setting is wrong.`,
    options,
    async run(args, context) {
      refusePositionals(command, args)
      const configured = await context.configure(args.values)
      const { data } = configured
      // A node would make a new folder there; here it is a mistyped one.
      if (!(await isReadable(join(data, 'feeds'))))
        throw new ConfigError('SETTING_INVALID', `--data: no node has kept anything in ${data}`)
      const progress = await openProgress(args.json ? undefined : context.err, 'reindex')
      let blocks = 0
      try {
        await configured.reindex((done, total) => {
          blocks = done
          progress.show(done, total)
        })
      } finally {
        progress.stop()
      }
      context.out.write(
        args.json
          ? `${printableJson({ data, blocks })}\n`
          : `${counted(blocks, 'block')} of feeds indexed in ${data}\n`,
      )
      return EXIT.fine
    },
  }
  return command
}
