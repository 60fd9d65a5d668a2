import type { Code, NotFoundError } from '../errors.ts'
import type { World } from './command.ts'
import { NoNodeError } from './control.ts'
import { EXIT, type Exit, isExpected } from './exit.ts'
import { plain, plainJson } from './plain.ts'

interface Reporting {
  readonly world: World
  readonly json: boolean
  /** What it is about, if one command is about several things. */
  readonly file?: string
  readonly node?: string
}

/** What to do about it on this side, which the sentence cannot know. */
const HINTS: Readonly<Partial<Record<Code, string>>> = {
  NODE_UNREACHABLE:
    'start a node with countersign serve, or name another one with --node URL (submit: --to URL)',
  COLLECTION_UNKNOWN: 'countersign status lists the collections of a node',
}

/** Tells on stderr, in one line, what went wrong: a sentence and a code. */
export function report(error: unknown, { world, json, file, node }: Reporting): void {
  const { code, message, hint } = readFailure(error)
  if (json) {
    world.err.write(`${plainJson({ code, message, hint, file, node })}\n`)
    return
  }
  const about = [file, node].filter((one) => one !== undefined).join(' to ')
  const sentence = hint === undefined ? message : `${message.replace(/\.$/, '')}; ${hint}`
  world.err.write(plain(`countersign: ${about && `${about}: `}${sentence} [${code}]`) + '\n')
}

/** The answer is "there is none", which is no trouble: a sentence for people, a code for programs. */
export function reportAbsent(error: NotFoundError, reporting: Reporting): Exit {
  if (reporting.json) report(error, reporting)
  else reporting.world.err.write(`${plain(error.message)}\n`)
  return EXIT.refused
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

function readFailure(error: unknown): Failure {
  if (isExpected(error)) {
    const hint = error instanceof NoNodeError ? undefined : HINTS[error.code]
    return { code: error.code, message: error.message, hint }
  }
  const first = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const where = first.split('\n').slice(0, 3).join(' ').replaceAll(/\s+/g, ' ')
  return { code: 'BUG', message: `this is a bug of ours, please report it: ${where}` }
}
