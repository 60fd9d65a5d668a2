import { type Command, type Options, refusePositionals } from './command.ts'
import { EXIT } from './exit.ts'
import { plainJson } from './plain.ts'
import { openProgress } from './progress.ts'

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
    async run(args, world) {
      refusePositionals(command, args)
      const configured = await world.configure(args.values)
      const progress = await openProgress(args.json ? undefined : world.err, 'reindex')
      let entries = 0
      try {
        await configured.reindex((done, total) => {
          entries = done
          progress.show(done, total)
        })
      } finally {
        progress.stop()
      }
      const { data } = configured
      world.out.write(
        args.json ? `${plainJson({ data, entries })}\n` : `${entries} entries indexed in ${data}\n`,
      )
      return EXIT.fine
    },
  }
  return command
}
