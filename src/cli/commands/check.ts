import type { Bundle, Checked, CheckReport } from '../../check/check.ts'
import { DEFAULT_TIMEOUT, nodesOf, timeoutOf } from './check-nodes.ts'
import { bundleLines } from './bundle-proofs.ts'
import { decide } from './check-apt.ts'
import { type Subjects, subjectsOf } from './check-subjects.ts'
import { checkText, explained, MOST_LINES, type Shown } from './check-text.ts'
import {
  type Arguments,
  type Command,
  flag,
  text,
  texts,
  type CommandContext,
} from '../terminal/command.ts'
import { EXIT, type Exit } from '../terminal/exit.ts'
import { namingFile, readInput } from '../terminal/input.ts'
import { DEFAULT_NODE } from '../nodes/nodes.ts'
import { printableJson } from '../terminal/printable.ts'
import { openProgress } from '../terminal/progress.ts'

export const check: Command = {
  name: 'check',
  summary: 'is a file certified by enough of the operators whom you name?',
  usage: '{FILE… | FOLDER | - | --installed | --apt} [OPTION]…',
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
  --timeout SECONDS             how long a node may take for one answer (${DEFAULT_TIMEOUT}); one that takes longer is
                                named, and the others count
  --installed                   what dpkg says is installed, by the checksums in apt's lists
  --apt                         for apt's hook: packages on standard input; the policy says what only warns
  --bundle FILE                 what countersign bundle made, instead of nodes; with --node beside them
  --explain                     also every vote, and what does not count and why
  --verbose                     every file, also where there are many

Below a folder a file of Maven's or Gradle's cache is what its path says, and any other jar is also looked for as what a
pom.properties in it says, if that fits its name. Checksums, signatures and notes of these caches are not asked about;
a .pom or .module there has to be certified by nobody, and is heard of if it was.
Of more than ${MOST_LINES} files those that are not well are shown, and how many there are of each.

reproduced: so many operators as the policy says certified these very bytes. insufficient: too few.
contradicted: one certified other bytes for it. unknown: none of them certified it. ignored: by the policy.

Exit: 0 reproduced or ignored, 1 insufficient, unknown or unreadable, 2 contradicted, 3 no node answered,
78 something is wrong with the policy; of several 2 > 3 > 1 > 0. With --json: one object per line.`,
  options: {
    policy: { type: 'string' },
    as: { type: 'string' },
    node: { type: 'string', multiple: true },
    installed: { type: 'boolean' },
    apt: { type: 'boolean' },
    timeout: { type: 'string' },
    bundle: { type: 'string', multiple: true },
    explain: { type: 'boolean' },
    verbose: { type: 'boolean' },
  },
  async run(args, context) {
    // what opens no node must not wait for one
    const { check: ask, loadPolicy } = await import('../../check/check.ts')
    const { defaultPolicyPath } = await import('../../check/policy-file.ts')
    const path = text(args, 'policy') ?? defaultPolicyPath(process.env)
    const patience = timeoutOf(args)
    const { subjects, unreadable, skipped, descriptions } = await subjectsOf(args, context, check)
    const policy = await loadPolicy(path)
    const bundles = await bundlesOf(args, context)
    const nodes = bundles.size > 0 && texts(args, 'node').length === 0 ? [] : nodesOf(args, policy)
    const isQuiet = args.json || flag(args, 'apt')
    if (subjects.length === 0) {
      if (unreadable === 0) return EXIT.fine
      if (flag(args, 'apt')) context.err.write('countersign: nothing is installed\n')
      return EXIT.refused
    }
    const asking = await openProgress(isQuiet ? undefined : context.err, 'asking')
    const answer = await ask(
      subjects.map(({ subject }) => subject),
      { policy, nodes, bundles, patience, onProgress: (done, total) => asking.show(done, total) },
    ).finally(() => asking.stop())
    if (flag(args, 'apt')) {
      const { exit, text: said } = decide(answer, policy, { shown: path, unreadable })
      context.err.write(said)
      return exit
    }
    if (!args.json) for (const line of await bundleLines(bundles)) context.out.write(`${line}\n`)
    const shown = settingAside(answer, { subjects, skipped, descriptions })
    show(args, context, shown)
    return exitOf(shown.answer, unreadable)
  },
}

/** What nobody has to certify, and nobody has, is no worse than what was not asked about. */
function settingAside(
  answer: CheckReport,
  { subjects, skipped, descriptions }: Omit<Subjects, 'unreadable'>,
): Shown {
  const paths = subjects.map(({ path }) => path)
  const isAside = (at: number): boolean =>
    !isSilent(answer) &&
    answer.results[at]?.verdict === 'unknown' &&
    descriptions.has(paths[at] ?? '')
  const aside = paths.filter((_, at) => isAside(at))
  return {
    answer: { ...answer, results: answer.results.filter((_, at) => !isAside(at)) },
    paths: paths.filter((_, at) => !isAside(at)),
    skipped: [...skipped, ...aside.map((path) => ({ path, why: 'uncertified description' }))],
  }
}

function show(args: Arguments, context: CommandContext, shown: Shown): void {
  const { answer, paths, skipped } = shown
  if (args.json) {
    for (const [at, result] of answer.results.entries())
      context.out.write(
        `${printableJson({ file: paths[at], ...result, sources: answer.sources })}\n`,
      )
    for (const { path, why } of skipped)
      context.out.write(`${printableJson({ file: path, verdict: 'skipped', remark: why })}\n`)
    return
  }
  context.out.write(checkText(shown, flag(args, 'verbose')))
  if (flag(args, 'explain')) context.out.write(explained(answer, paths))
}

const isSilent = ({ sources }: CheckReport): boolean =>
  sources.every(({ failure }) => failure !== null)

/** 2 > 3 > 1 > 0. */
function exitOf(answer: CheckReport, unreadable: number): Exit {
  const has = (...verdicts: readonly Checked['verdict'][]): boolean =>
    answer.results.some(({ verdict }) => verdicts.includes(verdict))
  if (has('contradicted')) return EXIT.contradicted
  if (isSilent(answer) && has('unknown', 'insufficient')) return EXIT.noAnswer
  return unreadable > 0 || has('insufficient', 'unknown') ? EXIT.refused : EXIT.fine
}

/** @throws MalformedError FILE_INVALID, ConfigError USAGE */
async function bundlesOf(
  args: Arguments,
  context: CommandContext,
): Promise<ReadonlyMap<string, Bundle>> {
  const { MAX_BUNDLE_BYTES, readBundle } = await import('../../check/bundle.ts')
  const bundles = new Map<string, Bundle>()
  for (const file of texts(args, 'bundle'))
    bundles.set(
      file,
      await namingFile(file, async () =>
        readBundle(Buffer.from(await readInput(file, MAX_BUNDLE_BYTES, context)).toString()),
      ),
    )
  return bundles
}
