import { type Command, type Options, refusePositionals } from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { printableJson } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'

/** The settings themselves are `config.ts`'s; `main.ts` hands in their options and help. */
export function checkConfig(options: Options, settingHelp: string): Command {
  const command: Command = {
    name: 'check-config',
    summary: 'check settings and show what they come to',
    usage: '[--config FILE] [SETTING]…',
    help: `
Reads the settings as serve would, and shows all of them. Nothing is opened or started.

${settingHelp}

Exit: 0 they can be used, 78 not: the message names file and line, variable or flag.`,
    options,
    async run(args, context) {
      refusePositionals(command, args)
      const { settings } = await context.configure(args.values)
      if (args.json) {
        context.out.write(`${printableJson(settings)}\n`)
        return EXIT.fine
      }
      const rows = Object.entries(settings).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((one: unknown) => [
          name,
          typeof one === 'string' ? one : one === null ? '-' : JSON.stringify(one),
        ]),
      )
      context.out.write(table(['SETTING', 'VALUE'], rows))
      return EXIT.fine
    },
  }
  return command
}
