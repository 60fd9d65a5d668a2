import {
  type Arguments,
  type Command,
  type Options,
  refusePositionals,
  type RunningNode,
  type CommandContext,
} from '../terminal/command.ts'
import { EXIT } from '../terminal/exit.ts'
import { printable, printableJson } from '../terminal/printable.ts'

/**
 * The command that runs a node until it is told to stop. It opens the node and closes it.
 * @param settingHelp a line for each setting, as `--help` shows them
 */
export function serve(options: Options, settingHelp: string): Command {
  const command: Command = {
    name: 'serve',
    summary: 'run a node',
    usage: '[SETTING]…',
    help: `
Runs a node until it is stopped by Ctrl-C or SIGTERM; the second one stops it at once.

${settingHelp}

Each setting is also a key of the TOML file (data = "…") and a variable of the environment
(COUNTERSIGN_DATA). Flags win over the environment, that over the file. Collections are named in
the file: [[collection]] with name, dialect ("debian", "jvm",
"in-toto", "checksums") and admit.

Exit: 0 stopped, 74 the data are in use or damaged, 78 a setting is wrong or the port is taken.
With --json: one object when it listens.`,
    options,
    async run(args, context) {
      refusePositionals(command, args)
      const configured = await context.configure(args.values)
      const signal = context.interrupted()
      let node: RunningNode
      try {
        node = await configured.openNode(signal)
      } catch (error) {
        if (signal.aborted) return EXIT.fine
        throw error
      }
      if (!signal.aborted)
        context.out.write(await greeting(node, args, { context, data: configured.data }))
      if (!signal.aborted) await aborted(signal)
      if (context.out.terminal && !args.json) context.out.write('\nStopping …\n')
      await node.close()
      return EXIT.fine
    },
  }
  return command
}

async function greeting(
  node: RunningNode,
  args: Arguments,
  { context, data }: { readonly context: CommandContext; readonly data: string },
): Promise<string> {
  const { url, everywhere, addresses, peerId } = node
  const { version } = context
  const { collections, advice, readOnly } = await node.repository.status()
  const names = collections.map((one) => one.name)
  if (args.json) {
    const { pid } = process
    const told = { url, everywhere, data, version, collections: names, pid, peerId, addresses }
    return `${printableJson({ ...told, readOnly })}\n`
  }
  const curl = `curl ${url}/status`
  const where = everywhere ? `${url} and every other address of this machine` : url
  if (!context.out.terminal)
    return [
      `listening on ${where}, data in ${data}; try: ${curl}`,
      ...addresses.map((address) => `peers add this node by ${address}`),
    ]
      .map((line) => `${printable(line)}\n`)
      .join('')
  const first = names[0] ?? 'debian'
  return `${[
    `Countersign ${version} is listening on ${where}`,
    '',
    `  try it    ${curl}`,
    ...(readOnly
      ? []
      : [`  add       curl -F file=@FILE.buildinfo -F key=@KEY.asc ${url}/${first}`]),
    ...addresses
      .slice(0, 4)
      .map((address, at) => `  ${at === 0 ? 'peers add' : '         '} ${address}`),
    `  stop      Ctrl-C`,
    '',
    `Data are in ${data}. Collections: ${names.join(', ')}.`,
    ...advice,
  ]
    .map(printable)
    .join('\n')}\n`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
