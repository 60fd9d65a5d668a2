import { parseArgs } from 'node:util'
import { ConfigError } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import type { Repository } from '../../contract/repository.ts'
import type { Exit } from './exit.ts'
import { wrapHelp, wrapUsage } from './wrap.ts'

export type Options = Readonly<
  Record<
    string,
    {
      readonly type: 'string' | 'boolean'
      readonly short?: string
      readonly multiple?: boolean
    }
  >
>

type Value = string | boolean

/** What stood on the command line after the command's name. */
export interface Arguments {
  readonly values: Readonly<Record<string, Value | readonly Value[] | undefined>>
  readonly positionals: readonly string[]
  readonly json: boolean
}

/** A node in this process. */
export interface RunningNode {
  readonly repository: Repository
  readonly url: string
  /** Can others reach it at every address of this machine? */
  readonly everywhere: boolean
  /** By which other nodes reach it; none if it listens nowhere. */
  readonly addresses: readonly string[]
  readonly peerId: string
  close(): Promise<void>
}

/** What a config came to: complete, and what can be done with it. */
export interface Configured {
  /** Every setting with its value, for `check-config`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly data: string
  openNode(signal: AbortSignal): Promise<RunningNode>
  /** Builds the indexes anew from the feeds; nothing else may have the data open. Counts are blocks of feeds. */
  reindex(onProgress: (done: number, total: number) => void): Promise<void>
  /**
   * Makes a copy of a data folder fit to be used: its own feeds are never written again, new ones take their place.
   * @returns one for each that was replaced
   */
  restore(): Promise<
    readonly { readonly collection: string; readonly previous: string; readonly feed: string }[]
  >
}

/** One side of the conversation. */
export interface Output {
  readonly terminal: boolean
  write(text: string): void
}

/** All that a command touches beside the network and files named on its command line; handed in by `main.ts`. */
export interface CommandContext {
  readonly version: string
  readonly out: Output
  readonly err: Output
  readStdin(maxBytes: number): Promise<Uint8Array>
  /** Reads defaults, file, environment and these flags. @throws ConfigError */
  configure(flags: Arguments['values']): Promise<Configured>
  /** Aborted by Ctrl-C and SIGTERM. Who takes it must end by it; who does not is ended by the system. */
  interrupted(): AbortSignal
}

export interface Invocation {
  readonly args: Arguments
  readonly context: CommandContext
}

export interface Command {
  /** One word, or two: `key add`. */
  readonly name: string
  /** Half a line for the list of commands. */
  readonly summary: string
  /** What follows the name: `FILE… [--to URL]…`. */
  readonly usage: string
  /** Its options and what else is to be known; shown below the usage. */
  readonly help: string
  readonly options: Options
  run(args: Arguments, context: CommandContext): Promise<Exit>
}

/** Every command by its name, in the order of the help. */
export type CommandLoaders = ReadonlyMap<string, () => Promise<Command>>

const COMMON: Options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
}

/** `submit` sends to nodes, the others ask one: it is easy to take one word for the other. */
const SAME_THING: ReadonlyMap<string, string> = new Map([
  ['to', 'node'],
  ['node', 'to'],
])

/** @throws ConfigError USAGE, with the nearest option */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const options = { ...COMMON, ...command.options }
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
    })
    return { values, positionals, json: values['json'] === true }
  } catch (error) {
    throw new ConfigError('USAGE', usageSentence(error, command, Object.keys(options)), {
      cause: error,
    })
  }
}

function usageSentence(
  error: unknown,
  { name, usage }: Command,
  options: readonly string[],
): string {
  const message = error instanceof Error ? error.message : String(error)
  const ambiguous = /^Option '(--[^']+)' argument is ambiguous/.exec(message)?.[1]
  if (ambiguous !== undefined)
    return `${name}: ${ambiguous} needs a value; one that begins with - is written ${ambiguous}=VALUE`
  const unknown = /^Unknown option '--?([^'=]+)'/.exec(message)?.[1]
  if (unknown === undefined) return `${name}: ${message.split('\n')[0] ?? ''}`
  const other = SAME_THING.get(unknown)
  const hint =
    other !== undefined && options.includes(other)
      ? `; did you mean "--${other}"?`
      : didYouMean(
          `--${unknown}`,
          options.map((option) => `--${option}`),
        )
  return `${name}: there is no option --${unknown}${hint || `; it is countersign ${name} ${usage}; see countersign ${name} --help`}`
}

export function commandHelp(command: Command): string {
  return `${wrapUsage(`countersign ${command.name} ${command.usage}`)}

${wrapHelp(command.help.replace(/^\n+/, '').trimEnd())}

  --json                        answer in JSON, for programs
  --help                        this text
`
}

/** The text of an option that can be given once. */
export function text(args: Arguments, option: string): string | undefined {
  const value = args.values[option]
  return typeof value === 'string' ? value : undefined
}

/** The texts of an option that can be repeated. */
export function texts(args: Arguments, option: string): readonly string[] {
  const value = args.values[option]
  return Array.isArray(value) ? value.map(String) : []
}

export const flag = (args: Arguments, option: string): boolean => args.values[option] === true

/** @throws ConfigError USAGE */
export function refusePositionals(command: Command, args: Arguments): void {
  const [first] = args.positionals
  if (first === undefined) return
  throw new ConfigError(
    'USAGE',
    `${command.name} takes no "${first}"; see countersign ${command.name} --help`,
  )
}
