import { ConfigError } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import {
  type Command,
  commandHelp,
  type CommandLoaders,
  parseArguments,
  type CommandContext,
} from './command.ts'
import { EXIT, type Exit, exitOf } from './exit.ts'
import { report } from './report.ts'
import { wrapHelp } from './wrap.ts'

/** Runs one command line to its end. Never throws: what went wrong is told on stderr. */
export async function run(
  commands: CommandLoaders,
  argv: readonly string[],
  context: CommandContext,
): Promise<Exit> {
  try {
    return await dispatch(commands, argv, context)
  } catch (error) {
    const another = await anotherNode(commands, argv).catch(() => undefined)
    report(error, { context, json: argv.includes('--json'), another })
    return exitOf(error)
  }
}

async function dispatch(
  commands: CommandLoaders,
  argv: readonly string[],
  context: CommandContext,
): Promise<Exit> {
  const [first, ...rest] = argv
  switch (first) {
    case undefined:
    case '--help':
    case '-h':
      context.out.write(helpOf(await load(commands), context.version))
      return EXIT.fine
    case '--version':
    case '-V':
    case '-v':
      context.out.write(`${context.version}\n`)
      return EXIT.fine
    case 'help':
      return dispatch(commands, [...rest, '--help'], context)
    default:
  }
  const group = [...commands].filter(([name]) => name.startsWith(`${first} `))
  if (group.length > 0 && (rest[0] === '--help' || rest[0] === '-h')) {
    context.out.write((await load(new Map(group))).map(commandHelp).join('\n'))
    return EXIT.fine
  }
  const command = await choose(commands, argv)
  const args = argv.slice(command.name.split(' ').length)
  const parsed = parseArguments(command, args)
  if (parsed.values['help'] === true) {
    context.out.write(commandHelp(command))
    return EXIT.fine
  }
  return command.run(parsed, context)
}

/** How the command that was asked for takes the address of a node. */
async function anotherNode(
  commands: CommandLoaders,
  argv: readonly string[],
): Promise<string | undefined> {
  const options = (await named(commands, argv)?.())?.options ?? {}
  return ['node', 'to'].filter((one) => one in options).map((one) => `--${one} URL`)[0]
}

const load = (commands: CommandLoaders): Promise<readonly Command[]> =>
  Promise.all([...commands.values()].map((one) => one()))

function named(
  commands: CommandLoaders,
  [first = '', second = '']: readonly string[],
): (() => Promise<Command>) | undefined {
  return commands.get(first) ?? commands.get(`${first} ${second}`)
}

/** @throws ConfigError USAGE, with what could have been meant */
async function choose(commands: CommandLoaders, argv: readonly string[]): Promise<Command> {
  const [first = '', second = ''] = argv
  const command = named(commands, argv)
  if (command !== undefined) return command()
  if (first.startsWith('-'))
    throw new ConfigError('USAGE', `a command comes first, then ${first}; see countersign --help`)
  const names = [...commands.keys()]
  const below = names.filter((name) => name.startsWith(`${first} `))
  if (below.length > 0) {
    const missing = second === '' || second.startsWith('-') ? 'needs one more word' : 'is not that'
    throw new ConfigError('USAGE', `"${first}" ${missing}: ${below.join(' or ')}`)
  }
  const hint = didYouMean(first, [...new Set(names.flatMap((name) => name.split(' ')[0] ?? []))])
  throw new ConfigError(
    'USAGE',
    `there is no command "${first}"${hint || '; see countersign --help'}`,
  )
}

function helpOf(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`)
  return wrapHelp(`Countersign ${version}: a certification repository for reproducible builds

countersign COMMAND [OPTION]…

${lines.join('')}
Every command has --help and --json.
Exit codes: 0 fine, 1 refused, insufficient or unknown, 2 contradicted, 3 no node answered, 64 usage, 70 our bug,
74 storage, 78 configuration.
`)
}
