import { type Code, type NotFoundError, isExpected } from '../../base/errors.ts'
import type { CommandContext } from './command.ts'
import { NoNodeError } from '../../client/control-door.ts'
import { EXIT, type Exit } from './exit.ts'
import { printable, printableJson } from './printable.ts'

interface Reporting {
  readonly context: CommandContext
  readonly json: boolean
  /** How this command is told of another node: `--node URL`. */
  readonly another?: string | undefined
  /** What it is about, if one command is about several things. */
  readonly file?: string
  readonly node?: string
}

/** What to do about it on this side, which the sentence cannot know. */
function hintFor(code: Code, another: string | undefined): string | undefined {
  if (code === 'COLLECTION_UNKNOWN') return 'countersign status lists the collections of a node'
  if (code !== 'NODE_UNREACHABLE') return undefined
  const named = another === undefined ? '' : ` with ${another}`
  return `start a node with countersign serve, or name another one${named}`
}

/** Tells on stderr, in one line, what went wrong: a sentence and a code. */
export function report(error: unknown, { context, json, another, file, node }: Reporting): void {
  const { code, message, hint } = readFailure(error, another)
  if (json) {
    context.err.write(`${printableJson({ code, message, hint, file, node })}\n`)
    return
  }
  // once is enough
  const isNamed =
    file !== undefined && [' ', ':'].some((after) => message.startsWith(`${file}${after}`))
  const about = [isNamed ? undefined : file, node].filter((one) => one !== undefined).join(' to ')
  const sentence = hint === undefined ? message : `${message.replace(/\.$/, '')}; ${hint}`
  context.err.write(printable(`countersign: ${about && `${about}: `}${sentence} [${code}]`) + '\n')
}

/** The answer is "there is none", which is no trouble: a sentence for people, a code for programs. */
export function reportAbsent(error: NotFoundError, reporting: Reporting): Exit {
  if (reporting.json) report(error, reporting)
  else reporting.context.err.write(`${printable(error.message)}\n`)
  return EXIT.refused
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

function readFailure(error: unknown, another: string | undefined): Failure {
  if (isExpected(error)) {
    const hint = error instanceof NoNodeError ? undefined : hintFor(error.code, another)
    return { code: error.code, message: error.message, hint }
  }
  const first = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const where = first.split('\n').slice(0, 3).join(' ').replaceAll(/\s+/g, ' ')
  return { code: 'BUG', message: `this is a bug of ours, please report it: ${where}` }
}
