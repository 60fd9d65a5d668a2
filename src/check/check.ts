/*
 * Who of the operators that a policy names has certified these files. `import { check } from 'countersign/check'`: needs no
 * node in this process, and opens no database.
 */
import { setImmediate } from 'node:timers/promises'
import { examine } from '../certification/examine.ts'
import { DIALECTS } from '../certification/dialects/dialects.ts'
import type { Policy } from '../certification/policy.ts'
import type { PublicKey } from '../certification/signatures/public-key.ts'
import { type SignatureFacts, stateOf } from '../certification/signatures/state.ts'
import { type Statement, type Subject, type Verdict, verdictOn } from '../certification/verdict.ts'
import { CountersignError } from '../errors.ts'
import { type Bundle, bundleSource } from './bundle.ts'
import { gather, type Gathered, type GatherOptions, type SourceReport } from './gather.ts'
import { type Found, openSource, type Source } from './source.ts'

export { type Bundle, readBundle } from './bundle.ts'
export { loadPolicy } from './policy-file.ts'
export { readPolicy, type Policy } from '../certification/policy.ts'
export { readSubject } from './subject.ts'
export type { Statement, Subject, Verdict, Vote } from '../certification/verdict.ts'
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
}

export interface CheckReport {
  /** One for each subject, in their order. */
  readonly results: readonly Checked[]
  readonly sources: readonly SourceReport[]
}

/**
 * Asks the nodes, verifies every signature here, and counts by the policy. A node that does not answer, or answers rubbish, is
 * named in `sources` and changes nothing else. Throws nothing that a node could cause.
 */
export async function check(
  subjects: readonly Subject[],
  options: CheckOptions,
): Promise<CheckReport> {
  const { policy, now = Date.now() } = options
  const statements = new Map<string, Statement>()
  const gathered = await gather(subjects, sourcesOf(options), {
    ...askingFor(options),
    onFound: (found, keys) => verify(found, { keys, now, statements }),
  })
  const results = subjects.map((subject, at) => {
    const ids = new Set(
      [...gathered.answers.values()].flatMap((lists) => lists[at]?.certifications ?? []),
    )
    const concerning = [...ids].flatMap((id) => statements.get(id) ?? [])
    return {
      subject,
      ...verdictOn(subject, concerning, policy),
      lacking: lackingAt(at, gathered, new Set(concerning.map(({ id }) => id))),
    }
  })
  return { results, sources: gathered.sources }
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

function askingFor({ policy, onProgress }: CheckOptions): GatherOptions {
  const fingerprints = policy.operators.flatMap(({ keys }) => keys)
  return { fingerprints, ...(onProgress !== undefined && { onProgress }) }
}

/** After so many what has come meanwhile is taken in. */
const AT_ONCE = 16

/** Adds what is good, by its id, which is computed here from what was signed. */
async function verify(
  found: readonly Found[],
  {
    keys,
    now,
    statements,
  }: {
    readonly keys: readonly PublicKey[]
    readonly now: number
    readonly statements: Map<string, Statement>
  },
): Promise<void> {
  const material = keys.map(({ bytes }) => bytes)
  for (const [at, one] of found.entries()) {
    if (at % AT_ONCE === 0) await setImmediate()
    for (const statement of await statementsOf(one, { material, now }))
      statements.set(statement.id, statement)
  }
}

async function statementsOf(
  { id, dialect: name, bytes, signature }: Found,
  { material, now }: { readonly material: readonly Uint8Array[]; readonly now: number },
): Promise<readonly Statement[]> {
  const dialect = Object.values(DIALECTS).find((one) => one.name === name)
  if (dialect === undefined) return []
  const submitted = {
    bytes: Buffer.from(bytes, 'base64'),
    signature: signature === null ? undefined : Buffer.from(signature, 'base64'),
  }
  try {
    const examined = await examine(submitted, dialect, material)
    return examined.flatMap((one) =>
      one.signature !== 'good' || one.certification.id !== id
        ? []
        : [
            {
              id,
              rebuilder: one.facts.rebuilder,
              signedBy: one.facts.signedBy,
              state: stateOf(one.facts, now),
              keyEndsAt: endOf(one.facts),
              artifacts: one.certification.buildinfo.artifacts,
            },
          ],
    )
  } catch (error) {
    // rubbish of a node: as if it had not given it
    if (error instanceof CountersignError) return []
    throw error
  }
}

/** Revoked or expired, in milliseconds since 1970. */
function endOf({ revoked, validUntil }: SignatureFacts): number | undefined {
  return revoked === undefined ? validUntil : revoked.at
}

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
