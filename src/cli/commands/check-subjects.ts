/* What `check` is to check: files, lists of files, and what is installed. */
import { stat } from 'node:fs/promises'
import type { AptPackage } from '../../check/apt-list.ts'
import type { Subject } from '../../check/check.ts'
import { counted } from '../../base/counted.ts'
import { ConfigError, CountersignError, MalformedError } from '../../base/errors.ts'
import { systemReason } from '../../base/system-reason.ts'
import {
  type Arguments,
  type Command,
  flag,
  text,
  type CommandContext,
} from '../terminal/command.ts'
import { report } from '../terminal/report.ts'
import { filesBelow, isDescription, type Skipped } from '../terminal/files-below.ts'
import { STDIN } from '../terminal/input.ts'
import { printableJson } from '../terminal/printable.ts'
import { openProgress } from '../terminal/progress.ts'

/** A list of paths, or what apt says. */
const MAX_LIST = 64 * 1024 * 1024

export interface Subjects {
  readonly subjects: readonly { readonly path: string; readonly subject: Subject }[]
  /** How many could not be read; that has been said. */
  readonly unreadable: number
  /** Found in a folder, and not asked about. */
  readonly skipped: readonly Skipped[]
  /** Found in a folder: nobody has to certify these, and who did is heard. */
  readonly descriptions: ReadonlySet<string>
}

/**
 * @param command that has these arguments, for the error
 * @throws ConfigError USAGE
 */
export async function subjectsOf(
  args: Arguments,
  context: CommandContext,
  command: Pick<Command, 'name' | 'options'>,
): Promise<Subjects> {
  const [isInstalled, isApt] = [flag(args, 'installed'), flag(args, 'apt')]
  const ways = [isInstalled, isApt, args.positionals.length > 0].filter(Boolean).length
  if (ways !== 1)
    throw new ConfigError(
      'USAGE',
      `${command.name} takes files, a folder, or - for a list on standard input; or --installed${'apt' in command.options ? '; or --apt' : ''}`,
    )
  if (isInstalled) return installed(args, context)
  if (isApt) return readAll(await aptPackages(context), args, context)
  const { paths, empty, skipped, descriptions } = await pathsOf(args, context)
  const as = text(args, 'as')
  if (as !== undefined && paths.length !== 1)
    throw new ConfigError('USAGE', `${command.name}: --as is for one file`)
  if (paths.length === 0) throw nothingToCheck()
  for (const one of empty) report(nothingIn(one), { context, json: args.json })
  const { subjects, unreadable } = await readAll(
    paths.map((path) => ({ path, says: undefined })),
    args,
    context,
  )
  return { subjects, unreadable: unreadable + empty.length, skipped, descriptions }
}

async function readAll(
  packages: readonly (Pick<AptPackage, 'path'> & { readonly says: string | undefined })[],
  args: Arguments,
  context: CommandContext,
): Promise<Subjects> {
  const { readSubject } = await import('../../check/check.ts')
  const isQuiet = args.json || flag(args, 'apt')
  const hashing = await openProgress(isQuiet ? undefined : context.err, 'hashing')
  const subjects: { path: string; subject: Subject }[] = []
  let unreadable = 0
  for (const [at, { path, says }] of packages.entries()) {
    hashing.show(at, packages.length)
    try {
      const subject = await readSubject(path, text(args, 'as'))
      if (says !== undefined && subject.name !== says) throw otherThan(says, subject.name)
      subjects.push({ path, subject })
    } catch (error) {
      unreadable += 1
      hashing.clear()
      report(failureOf(error, path), { context, json: args.json, file: path })
    }
  }
  hashing.stop()
  return { ...NOTHING_ASIDE, subjects, unreadable }
}

async function installed(args: Arguments, context: CommandContext): Promise<Subjects> {
  const { installedPackages } = await import('../../check/installed.ts')
  const { subjects, withoutChecksum } = await installedPackages()
  if (subjects.length + withoutChecksum.length === 0) throw nothingToCheck()
  if (withoutChecksum.length > 0 && !args.json)
    context.err.write(
      `nothing can be said of ${counted(withoutChecksum.length, 'installed package')}, in none of apt's lists; apt update may help\n`,
    )
  if (args.json)
    for (const file of withoutChecksum)
      context.out.write(
        `${printableJson({ file, verdict: 'unknown', remark: "its checksum is in none of apt's lists" })}\n`,
      )
  return {
    subjects: subjects.map((subject) => ({ path: subject.name, subject })),
    unreadable: withoutChecksum.length,
    ...NOTHING_ASIDE,
  }
}

const NOTHING_ASIDE = { skipped: [], descriptions: new Set<string>() } as const

/** Whoever says yes to what apt shows must get that. */
const otherThan = (says: string, name: string): MalformedError =>
  new MalformedError('FILE_INVALID', `apt takes it for ${says}, and its control file says ${name}.`)

async function aptPackages(context: CommandContext): Promise<readonly AptPackage[]> {
  const { readAptList } = await import('../../check/apt-list.ts')
  return readAptList(Buffer.from(await context.readStdin(MAX_LIST)).toString())
}

interface Paths extends Pick<Subjects, 'skipped' | 'descriptions'> {
  readonly paths: readonly string[]
  /** What was given and holds none. */
  readonly empty: readonly string[]
}

async function pathsOf(args: Arguments, context: CommandContext): Promise<Paths> {
  const [paths, empty]: [string[], string[]] = [[], []]
  const aside: Skipped[] = []
  const descriptions = new Set<string>()
  for (const given of args.positionals) {
    const found = await pathsIn(given, context)
    // one by one: as arguments a hundred thousand are too many
    for (const path of found.paths) {
      paths.push(path)
      if (found.isFolder && isDescription(path)) descriptions.add(path)
    }
    for (const one of found.skipped) aside.push(one)
    if (found.paths.length === 0) empty.push(given)
  }
  return { paths, empty, skipped: aside, descriptions }
}

async function pathsIn(
  given: string,
  context: CommandContext,
): Promise<Pick<Paths, 'paths' | 'skipped'> & { readonly isFolder: boolean }> {
  if (given === STDIN) {
    const list = Buffer.from(await context.readStdin(MAX_LIST)).toString()
    const paths = list.split(/\r?\n/).filter((line) => line.trim() !== '')
    return { paths, skipped: [], isFolder: false }
  }
  if (!(await isFolder(given))) return { paths: [given], skipped: [], isFolder: false }
  const found = await filesBelow(given).catch((error: unknown) => {
    throw failureOf(error, given)
  })
  return { ...found, isFolder: true }
}

const nothingIn = (given: string): MalformedError =>
  new MalformedError(
    'FILE_INVALID',
    given === STDIN ? 'Standard input names no file.' : `There is no file in ${given}.`,
  )

/** Nobody may take silence for a yes. */
const nothingToCheck = (): MalformedError =>
  new MalformedError(
    'FILE_INVALID',
    'There is nothing to check: no file was named, and none found.',
  )

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true

/** What the file system says is no bug of ours. */
function failureOf(error: unknown, path: string): unknown {
  if (error instanceof CountersignError || !(error instanceof Error) || !('code' in error))
    return error
  return new MalformedError('FILE_INVALID', `${path} cannot be read: ${systemReason(error)}`, {
    cause: error,
  })
}
