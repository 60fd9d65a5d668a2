import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Policy } from '../certification/policy.ts'
import type { Checked, CheckReport, Subject } from '../check/check.ts'
import { ConfigError, CountersignError } from '../errors.ts'
import { checkText, explained } from './check-text.ts'
import { type Arguments, type Command, flag, text, texts, type World } from './command.ts'
import { EXIT, type Exit } from './exit.ts'
import { report } from './failure.ts'
import { STDIN } from './input.ts'
import { DEFAULT_NODE } from './nodes.ts'
import { plainJson } from './plain.ts'
import { openProgress } from './progress.ts'

/** Paths on standard input. */
const MAX_LIST = 16 * 1024 * 1024

export const check: Command = {
  name: 'check',
  summary: 'is a file certified by enough of the operators whom you name?',
  usage: 'FILE… | FOLDER | - [--policy FILE] [--as NAME] [--node URL]…',
  help: `
Hashes each file, asks the nodes what the operators of your policy certified of it and of what is called the same,
verifies every signature here, and counts. The nodes are not believed.

  FILE                          a .deb (its control file says what it is), a .jar, any file
  FOLDER                        every file in it and below
  -                             paths on standard input, one a line
  --as NAME                     what one file is called in certifications, if not like its base name:
                                package_version_arch, group:artifact:version[:classifier][@type]
  --policy FILE                 (standard: countersign/policy.toml in your config folder)
  --node URL                    the nodes to ask, all of them (standard: those of the policy, else
                                ${DEFAULT_NODE})
  --explain                     also every vote, and what does not count and why

reproduced: so many operators as the policy says certified these very bytes. insufficient: too few.
contradicted: one certified other bytes for it. unknown: none of them certified it. ignored: by the policy.

Exit: 0 reproduced or ignored, 1 insufficient, unknown or unreadable, 2 contradicted, 3 no node answered,
78 something is wrong with the policy; of several 2 > 3 > 1 > 0. With --json: one object per line.`,
  options: {
    policy: { type: 'string' },
    as: { type: 'string' },
    node: { type: 'string', multiple: true },
    explain: { type: 'boolean' },
  },
  async run(args, world) {
    const paths = await pathsOf(args, world)
    const as = text(args, 'as')
    if (as !== undefined && paths.length !== 1)
      throw new ConfigError('USAGE', 'check: --as is for one file')
    // what opens no node must not wait for one
    const { check: ask, loadPolicy, readSubject } = await import('../check/check.ts')
    const { defaultPolicyPath } = await import('../check/policy-file.ts')
    const policy = await loadPolicy(text(args, 'policy') ?? defaultPolicyPath(process.env))
    const nodes = nodesOf(args, policy)
    const hashing = await openProgress(args.json ? undefined : world.err, 'hashing')
    const subjects: { readonly path: string; readonly subject: Subject }[] = []
    let unreadable = 0
    for (const [at, path] of paths.entries()) {
      hashing.show(at, paths.length)
      try {
        subjects.push({ path, subject: await readSubject(path, as) })
      } catch (error) {
        unreadable += 1
        hashing.clear()
        report(failureOf(error, path), { world, json: args.json, file: path })
      }
    }
    hashing.stop()
    if (subjects.length === 0) return EXIT.refused
    const asking = await openProgress(args.json ? undefined : world.err, 'asking')
    const answer = await ask(
      subjects.map(({ subject }) => subject),
      { policy, nodes, onProgress: (done, total) => asking.show(done, total) },
    ).finally(() => asking.stop())
    show(args, world, { answer, paths: subjects.map(({ path }) => path) })
    return exitOf(answer, unreadable)
  },
}

function show(
  args: Arguments,
  world: World,
  { answer, paths }: { readonly answer: CheckReport; readonly paths: readonly string[] },
): void {
  if (args.json) {
    for (const [at, result] of answer.results.entries())
      world.out.write(`${plainJson({ file: paths[at], ...result, sources: answer.sources })}\n`)
    return
  }
  world.out.write(checkText(answer, paths))
  if (flag(args, 'explain')) world.out.write(explained(answer, paths))
}

/** 2 > 3 > 1 > 0. */
function exitOf({ results, sources }: CheckReport, unreadable: number): Exit {
  const has = (...verdicts: readonly Checked['verdict'][]): boolean =>
    results.some(({ verdict }) => verdicts.includes(verdict))
  if (has('contradicted')) return EXIT.contradicted
  const isSilent = sources.every(({ failure }) => failure !== null)
  if (isSilent && has('unknown', 'insufficient')) return EXIT.noAnswer
  return unreadable > 0 || has('insufficient', 'unknown') ? EXIT.refused : EXIT.fine
}

function nodesOf(args: Arguments, policy: Policy): readonly string[] {
  const given = texts(args, 'node')
  const nodes = given.length > 0 ? given : policy.nodes
  const wrong = nodes.find((node) => !URL.canParse(node) || !/^https?:/i.test(node))
  if (wrong !== undefined)
    throw new ConfigError('USAGE', `"${wrong}" is no address of a node: write http://HOST:PORT`)
  return nodes.length > 0 ? nodes : [DEFAULT_NODE]
}

async function pathsOf(args: Arguments, world: World): Promise<readonly string[]> {
  if (args.positionals.length === 0)
    throw new ConfigError('USAGE', 'check takes files, a folder, or - for a list on standard input')
  const found: string[] = []
  for (const given of args.positionals) {
    if (given === STDIN) {
      const list = Buffer.from(await world.readStdin(MAX_LIST)).toString()
      found.push(...list.split('\n').filter((line) => line !== ''))
    } else if (await isFolder(given)) found.push(...(await filesBelow(given)))
    else found.push(given)
  }
  return found
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** What the file system says is no bug of ours. */
function failureOf(error: unknown, path: string): unknown {
  if (error instanceof CountersignError || !(error instanceof Error) || !('code' in error))
    return error
  return new ConfigError('USAGE', `${path} cannot be read: ${error.message}`, { cause: error })
}
