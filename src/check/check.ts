/*
 * Who of the operators that a policy names has certified these files. `import { check } from 'countersign/check'`: needs no
 * node in this process, and opens no database.
 */
import { allOwners, ownersFor, refuseUnowned } from '../certification/policy-owners.ts'
import type { Policy } from '../certification/policy.ts'
import {
  type Judging,
  type OperatorStatement,
  type Subject,
  type Verdict,
  verdictOn,
} from '../certification/agreement/verdict.ts'
import { ConfigError } from '../base/errors.ts'
import { isoTime } from '../base/iso-time.ts'
import { fingerprintsOf, namedOperators } from '../certification/agreement/named-operators.ts'
import { addressTrouble } from '../base/node-address.ts'
import { type Bundle, bundleSource } from './bundle.ts'
import { gather, type Gathered, type GatherOptions, type SourceReport } from './gather.ts'
import { asOf, doubtOf, heardOf, isFreshBy, staleness } from './freshness.ts'
import { mayLackSome } from '../contract/scope.ts'
import { openSource, type Source } from './source.ts'
import { statementsIn, type VerifiedStatement } from './operator-statements.ts'

export { type Bundle, readBundle } from './bundle.ts'
export { loadPolicy } from './policy-file.ts'
export { readPolicy, type Policy } from '../certification/policy.ts'
export { readSubject } from './subject.ts'
export { fileNamesOf } from '../certification/artifact-name.ts'
export { CountersignError } from '../base/errors.ts'
export type {
  Contradiction,
  OperatorStatement,
  Subject,
  Verdict,
  Vote,
} from '../certification/agreement/verdict.ts'
export type { SourceReport } from './gather.ts'

export interface CheckOptions {
  readonly policy: Policy
  /** Addresses of nodes, like `http://127.0.0.1:8000`. They are asked, not believed. */
  readonly nodes: readonly string[]
  /** Read by {@link readBundle}, by the names under which they stand in the report. */
  readonly bundles?: ReadonlyMap<string, Bundle>
  /** Milliseconds since 1970; now if absent. */
  readonly now?: number
  /** How long a node may take for one answer, in milliseconds; 30,000 if absent. */
  readonly patience?: number
  /** How many answers are here, of how many. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface Checked extends Verdict {
  readonly subject: Subject
  /** Nodes that answered and lack certifications about it that others gave, with their ids. */
  readonly lacking: readonly { readonly node: string; readonly ids: readonly string[] }[]
  /** Nodes that answered and do not keep all of what was asked for: what they do not give they cannot know. */
  readonly outside: readonly string[]
}

export interface CheckReport {
  /** One for each subject, in their order. */
  readonly results: readonly Checked[]
  readonly sources: readonly SourceReport[]
}

/**
 * Asks the nodes, verifies every signature here, and counts by the policy. A node that does not answer, or answers rubbish, is
 * named in `sources` and changes nothing else. Throws nothing that a node could cause.
 * @throws ConfigError USAGE no node and no bundle, no address, no checksum
 * @throws PolicyError POLICY_INVALID a bound on the age, and nobody whose word counts
 */
export async function check(
  subjects: readonly Subject[],
  options: CheckOptions,
): Promise<CheckReport> {
  const { policy, now = Date.now() } = options
  refuseMistakes(subjects, options)
  const statements = new Map<string, VerifiedStatement>()
  const gathered = await gather(subjects, sourcesOf(options), {
    ...askingFor(options),
    onFound: async (found, keys) => {
      const material = keys.map(({ bytes }) => bytes)
      for (const one of await statementsIn(found, { material, now })) statements.set(one.id, one)
    },
  })
  const keys = [...gathered.keys.values()].flatMap(({ bytes }) => fingerprintsOf(bytes) ?? [])
  const judging = { policy, keys }
  const { sources, stale } = await aged(gathered, statements, { ...judging, now })
  const fresh = new Map([...gathered.answers].filter(([node]) => !stale.has(node)))
  const given = (at: number, answers: Gathered['answers']): readonly OperatorStatement[] => {
    const ids = [...answers.values()].flatMap((lists) => lists[at]?.certifications ?? [])
    return [...new Set(ids)].flatMap((id) => statements.get(id) ?? [])
  }
  const results = subjects.map((subject, at) => {
    const all = given(at, gathered.answers)
    const verdict = verdictOn(subject, given(at, fresh), judging)
    // what is out of date convinces nobody that all is well, and is no less true where it says otherwise
    const worse = stale.size === 0 ? verdict : verdictOn(subject, all, judging)
    const outside = outsideOf(subject, gathered)
    return {
      subject,
      ...(worse.verdict === 'contradicted' ? worse : verdict),
      lacking: lackingAt(at, gathered, new Set(all.map(({ id }) => id))).filter(
        ({ node }) => !outside.includes(node),
      ),
      outside,
    }
  })
  return { results, sources }
}

/** How old is what each node knows, and which of them the policy takes for such as do not answer. */
async function aged(
  { sources, answers, rebuilders, owners, freshness }: Gathered,
  statements: ReadonlyMap<string, VerifiedStatement>,
  { policy, keys, now }: Judging & { readonly now: number },
): Promise<{ readonly sources: readonly SourceReport[]; readonly stale: ReadonlySet<string> }> {
  const named = namedOperators(policy.operators, keys)
  const operators = policy.operators.map((operator) => ({
    name: operator.name,
    keys: named.rebuilders.filter((one) => named.operatorOf(one) === operator.name),
    owners: ownersFor(policy, operator),
  }))
  const stale = new Set<string>()
  const reports: SourceReport[] = []
  for (const { node, failure, madeAt, scope } of sources) {
    const ids = (answers.get(node) ?? []).flatMap((answer) => answer?.certifications ?? [])
    const given = ids.flatMap((id) => statements.get(id) ?? [])
    const heard = await heardOf(freshness.get(node) ?? [], { rebuilders, owners, now })
    const known = asOf(operators, { heard, given }, isFreshBy(policy, now))
    const why = staleness(policy, known, now)
    if (why !== undefined) stale.add(node)
    const time = known.time === undefined ? null : isoTime(known.time)
    const doubt = failure === null && why === undefined ? doubtOf(known) : undefined
    reports.push({
      node,
      failure: failure ?? why ?? null,
      asOf: time,
      doubt: doubt ?? null,
      madeAt,
      scope,
    })
  }
  return { sources: reports, stale }
}

/** @throws ConfigError USAGE what the program that calls this has mistaken */
function refuseMistakes(
  subjects: readonly Subject[],
  { policy, nodes, bundles }: CheckOptions,
): void {
  refuseUnowned(policy)
  if (nodes.length + (bundles?.size ?? 0) === 0)
    throw new ConfigError('USAGE', 'There is neither a node to ask nor a bundle.')
  const trouble = nodes.map(addressTrouble).find((one) => one !== undefined)
  if (trouble !== undefined) throw new ConfigError('USAGE', trouble)
  for (const { name, checksums } of subjects) {
    const given = [checksums.sha256 ?? '0'.repeat(64), checksums.sha512 ?? '0'.repeat(128)]
    const isSome = checksums.sha256 !== undefined || checksums.sha512 !== undefined
    if (!isSome || !/^[0-9a-f]{64} [0-9a-f]{128}$/.test(given.join(' ')))
      throw new ConfigError('USAGE', `${name} needs a SHA-256 or SHA-512 in lower-case hex.`)
  }
}

/** What {@link check} rests on, not verified yet. */
export async function collect(
  subjects: readonly Subject[],
  options: CheckOptions,
): Promise<Gathered> {
  return gather(subjects, sourcesOf(options), askingFor(options))
}

function sourcesOf({ nodes, bundles, patience }: CheckOptions): readonly Source[] {
  return [
    ...[...new Set(nodes)].map((node) => openSource(node, patience)),
    ...[...(bundles ?? [])].map(([name, bundle]) => bundleSource(bundle, name)),
  ]
}

function askingFor({
  policy,
  onProgress,
}: Pick<CheckOptions, 'policy' | 'onProgress'>): GatherOptions {
  const fingerprints = policy.operators.flatMap(({ keys }) => keys)
  return {
    fingerprints,
    owners: allOwners(policy),
    ...(onProgress !== undefined && { onProgress }),
  }
}

/** By what each says that it keeps, and by what the subject says of itself. */
function outsideOf(
  { name, collection }: Subject,
  { scopes, rebuilders }: Gathered,
): readonly string[] {
  const architecture = collection === 'debian' ? architectureIn(name) : undefined
  const asked = {
    collection,
    rebuilders,
    architectures: architecture === undefined ? undefined : [architecture],
  }
  return [...scopes].flatMap(([node, scope]) => (mayLackSome(scope, asked) ? node : []))
}

/** `package_version_arch.deb`, as Debian calls its packages. */
const architectureIn = (name: string): string | undefined =>
  /^[^_]+_[^_]+_([a-z0-9-]+)(?:\.\w+)?$/.exec(name)?.[1]

/** Only what was verified counts as lacking: a node that invents certifications makes no other one look bad. */
function lackingAt(
  at: number,
  { answers }: Gathered,
  ids: ReadonlySet<string>,
): Checked['lacking'] {
  return [...answers].flatMap(([node, lists]) => {
    const given = lists[at]
    const lacks =
      given === undefined || given.truncated
        ? []
        : [...ids].filter((id) => !given.certifications.includes(id))
    return lacks.length === 0 ? [] : [{ node, ids: lacks }]
  })
}
