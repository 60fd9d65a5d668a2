import { ConfigError, CountersignError, isExpected } from '../../base/errors.ts'
import type { SubmitOutcome } from '../../contract/submission.ts'
import { type Command, type CommandContext, type Invocation, texts } from '../terminal/command.ts'
import { awaitCopies, type Taken, wantedCopies } from './await-copies.ts'
import { detectDialect } from './detect-dialect.ts'
import { EXIT, type Exit, exitOf, worstExit } from '../terminal/exit.ts'
import { report } from '../terminal/report.ts'
import { DEFAULT_NODE } from '../nodes/nodes.ts'
import { outcomeText, type Sent } from '../terminal/outcome-text.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { openProgress } from '../terminal/progress.ts'
import {
  ALIAS_EXAMPLE,
  type Beside,
  type Input,
  readBeside,
  readSubmitted,
} from './submission-input.ts'
import { openTarget, type Target, UNDER_WAY } from '../nodes/target.ts'

export const submit: Command = {
  name: 'submit',
  summary: 'send certifications to nodes',
  usage: 'FILE… [--to URL]…',
  help: `
Sends signed .buildinfo files to every node named, and prints the receipts. "-" is stdin. A file
that is not clearsigned is sent with its signature FILE.asc, if that lies beside it.

  --to URL                      a node (${DEFAULT_NODE}); repeat it for more
  --collection NAME             where the dialect does not tell it
  --signature FILE              the detached signature of the one file
  --key FILE                    public keys to send along; repeat it for more
  --copies N                    wait until N other nodes have it, of whom that was checked
  --wait SECONDS                for so long at the most (60)
  --alias PATH                  the whole path of a document that names no version itself:
        ${ALIAS_EXAMPLE}

Exit: 0 every node has every file, 1 something was refused, waits for a key, reached only some
nodes or has fewer copies than wanted, 3 no node answered, 74 the disk of a node takes nothing.
With --json: one object per file and node and line.`,
  options: {
    to: { type: 'string', multiple: true },
    collection: { type: 'string' },
    signature: { type: 'string' },
    key: { type: 'string', multiple: true },
    alias: { type: 'string' },
    copies: { type: 'string' },
    wait: { type: 'string' },
  },
  async run(args, context) {
    const urls = texts(args, 'to')
    const targets = (urls.length > 0 ? urls : [DEFAULT_NODE]).map(openTarget)
    const wanted = wantedCopies(args)
    const beside = await readBeside(args, context)
    const taken: Taken[] = []
    const exit = await submitAll(targets, beside, { args, context, taken })
    if (wanted === undefined) return exit
    const lacking = await awaitCopies(taken, wanted)
    for (const { taken: one, sentence } of lacking)
      context.err.write(`${printable(`${one.file}: ${one.target.url}: ${sentence}.`)}\n`)
    return lacking.length === 0 ? exit : worstExit([exit, EXIT.refused])
  },
}

async function submitAll(
  targets: readonly Target[],
  beside: Beside,
  { args, context, taken }: Invocation & { readonly taken: Taken[] },
): Promise<Exit> {
  const { files } = beside
  const progress = await openProgress(
    files.length > 1 && !args.json ? context.err : undefined,
    'submit',
  )
  const exits: Exit[] = []
  let next = 0
  let shown = 0
  const ready = new Map<number, readonly Result[]>()
  const work = async (): Promise<void> => {
    for (let file = files[next]; file !== undefined; file = files[next]) {
      const index = next++
      const results = await submitFile(file, targets, { beside, context })
      exits.push(exitOfFile(results))
      ready.set(index, results)
      progress.clear()
      // What is told comes in the order of the files, however the answers came.
      for (let told = ready.get(shown); told !== undefined; told = ready.get(shown)) {
        for (const result of told) show(result, { args, context })
        taken.push(...told.flatMap((result) => takenOf(result, targets)))
        ready.delete(shown++)
      }
      progress.show(exits.length, files.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: UNDER_WAY }, work))
  } finally {
    progress.stop()
  }
  return worstExit(exits)
}

type Result =
  | (Sent & { readonly outcomes: readonly SubmitOutcome[] })
  | { readonly file: string; readonly node?: string; readonly error: unknown }

/** What a node has now in its own feed. */
function takenOf(result: Result, targets: readonly Target[]): readonly Taken[] {
  const target = targets.find(({ url }) => url === result.node)
  if ('error' in result || target === undefined) return []
  const { file } = result
  return result.outcomes.flatMap((outcome) =>
    'receipt' in outcome ? [{ file, target, id: outcome.receipt.id }] : [],
  )
}

interface Sending {
  readonly beside: Beside
  readonly context: CommandContext
}

async function submitFile(
  file: string,
  targets: readonly Target[],
  { beside, context }: Sending,
): Promise<readonly Result[]> {
  let input: Input
  let collectionAt: (target: Target) => Promise<string>
  try {
    input = await readSubmitted(file, beside, context)
    collectionAt = collectionOf(input, beside)
  } catch (error) {
    return [{ file, error }]
  }
  return Promise.all(
    targets.map(async (target): Promise<Result> => {
      try {
        const { keys, alias } = beside
        const collection = await collectionAt(target)
        const outcomes = await target.repository.submit({ ...input, collection, keys, alias })
        return { file, node: target.url, dialect: detectDialect(input.bytes), outcomes }
      } catch (error) {
        return { file, node: target.url, error: explained(error, input, beside) }
      }
    }),
  )
}

/** @throws ConfigError USAGE where nothing tells which */
function collectionOf(input: Input, { collection }: Beside): (target: Target) => Promise<string> {
  if (collection !== undefined) return () => Promise.resolve(collection)
  const dialect = detectDialect(input.bytes)
  if (dialect === undefined) {
    const message = 'this is no signed .buildinfo; if it is one, name the --collection'
    throw new ConfigError('USAGE', message)
  }
  return (target) => target.collectionFor(dialect)
}

/** A node cannot know which file here it speaks of. */
function explained(error: unknown, input: Input, beside: Beside): unknown {
  const { keyFiles } = beside
  const isOfKey =
    isExpected(error) && (error.code === 'KEY_SYNTAX' || error.code === 'KEY_UNUSABLE')
  if (!isOfKey || keyFiles.length === 0) return withExample(error, input, beside)
  const message = `of --key ${keyFiles.join(', ')}: ${error.message}`
  return new CountersignError(error.code, message, { cause: error })
}

/** A node says that a path is missing or does not fit; how to write one is a matter of this command line. */
function withExample(error: unknown, { bytes }: Input, { alias }: Beside): unknown {
  if (!isExpected(error) || detectDialect(bytes) !== 'jvm') return error
  const wanted = alias === undefined ? 'BUILDINFO_FIELD_MISSING' : 'NAME_MISMATCH'
  if (error.code !== wanted) return error
  const message = `${error.message} Like this: --alias ${ALIAS_EXAMPLE}`
  return new CountersignError(error.code, message, { cause: error })
}

/** Reached by some nodes only is less than was asked for, but not "no node answered". */
function exitOfFile(results: readonly Result[]): Exit {
  const exits = results.map((result) => {
    if ('error' in result) return exitOf(result.error)
    const isTaken = result.outcomes.every((outcome) => 'receipt' in outcome)
    return isTaken ? EXIT.fine : EXIT.refused
  })
  const silent = exits.filter((exit) => exit === EXIT.noAnswer)
  if (silent.length === 0 || silent.length === exits.length) return worstExit(exits)
  return worstExit(exits.map((exit) => (exit === EXIT.noAnswer ? EXIT.refused : exit)))
}

function show(result: Result, { args, context }: Invocation): void {
  const { file, node } = result
  if ('error' in result) {
    const where = node === undefined ? { file } : { file, node }
    report(result.error, { context, json: args.json, another: '--to URL', ...where })
    return
  }
  for (const outcome of result.outcomes)
    context.out.write(
      args.json ? `${printableJson({ file, node, ...outcome })}\n` : outcomeText(result, outcome),
    )
}
