import type { World } from './command.ts'
import { isExpected } from './exit.ts'
import { plain, plainJson } from './plain.ts'

interface Reporting {
  readonly world: World
  readonly json: boolean
  /** What it is about, if one command is about several things. */
  readonly file?: string
  readonly node?: string
}

/** Tells on stderr, in one line, what went wrong: a sentence and a code. */
export function report(error: unknown, { world, json, file, node }: Reporting): void {
  const { code, message } = readFailure(error)
  if (json) {
    world.err.write(`${plainJson({ code, message, file, node })}\n`)
    return
  }
  const about = [file, node].filter((one) => one !== undefined).join(' to ')
  world.err.write(plain(`countersign: ${about && `${about}: `}${message} [${code}]`) + '\n')
}

function readFailure(error: unknown): { readonly code: string; readonly message: string } {
  if (isExpected(error)) return { code: error.code, message: error.message }
  const first = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const where = first.split('\n').slice(0, 3).join(' ').replaceAll(/\s+/g, ' ')
  return { code: 'BUG', message: `this is a bug of ours, please report it: ${where}` }
}
