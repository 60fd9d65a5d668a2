/* Asks all nodes at once what the operators' keys certified, and remembers who had what and who did not answer. */
import { createHash } from 'node:crypto'
import { fingerprintsOf } from '../certification/agreement/named-operators.ts'
import {
  mergePublicKeys,
  type PublicKey,
  readPublicKeys,
} from '../certification/signatures/public-key.ts'
import type { Subject } from '../certification/agreement/verdict.ts'
import { CountersignError } from '../base/errors.ts'
import type { Found, Freshness } from '../contract/lookup-answer.ts'
import type { Scope } from '../contract/scope.ts'
import { type Answer, askSource } from './ask-source.ts'
import type { Source } from './source.ts'

export interface SourceReport {
  readonly node: string
  /** Why nothing, or not everything, came from there, as in "NODE does not answer"; `null` if it answered everything. */
  readonly failure: string | null
  /**
   * What it knows is as old as that, ISO 8601: of the operator of whom it has heard least, when an owner of a feed last signed that
   * it has it. Where the policy names owners it is one of these, and else whichever the node shows. `null`: it does not show that.
   */
  readonly asOf: string | null
  /** What is to be known of it although it answered and is fresh, in words like those of {@link failure}; `null` if nothing. */
  readonly doubt: string | null
  /** When a bundle was made, by its own word, ISO 8601; `null` of a node. */
  readonly madeAt: string | null
  /** What it keeps, by its own word: of what lies outside it cannot know. `null`: everything, or it is silent. */
  readonly scope: Scope | null
}

export interface Gathered {
  readonly sources: readonly Omit<SourceReport, 'asOf' | 'doubt'>[]
  /** Every certification that some node gave, once; none if they were looked at as they came. */
  readonly certifications: readonly Found[]
  /** By node: for each subject what it gave; `undefined` where it did not answer. */
  readonly answers: ReadonlyMap<string, readonly (Answer | undefined)[]>
  /** By node: what it gave last of how fresh it is, not verified. */
  readonly freshness: ReadonlyMap<string, readonly Freshness[]>
  /** By node, of those that do not keep everything. */
  readonly scopes: ReadonlyMap<string, Scope>
  /** Fingerprints that were asked for: those of the policy, and of the primary keys whose subkeys it lists. */
  readonly rebuilders: readonly string[]
  /** Peer ids that were asked for. */
  readonly owners: readonly string[]
  /** Those that the fingerprints name, by that of the primary key, merged over all nodes: one may hide a revocation. */
  readonly keys: ReadonlyMap<string, PublicKey>
}

export interface GatherOptions {
  /** Of the policy, upper-case hex: of primary keys, and of subkeys, which stand for these. */
  readonly fingerprints: readonly string[]
  /** Peer ids, of the policy: how fresh a node is says their word. */
  readonly owners: readonly string[]
  readonly onProgress?: (done: number, total: number) => void
  /** Is given what has come and was not here before, while the next answer is on its way. All keys are here by then. */
  readonly onFound?: (found: readonly Found[], keys: readonly PublicKey[]) => Promise<void>
}

export async function gather(
  subjects: readonly Subject[],
  sources: readonly Source[],
  { fingerprints, owners, onProgress = () => undefined, onFound }: GatherOptions,
): Promise<Gathered> {
  const certifications: Found[] = []
  const seen = new Set<string>()
  const failures = new Map<Source, string>()
  const freshness = new Map<string, readonly Freshness[]>()
  const scopes = new Map<string, Scope>()
  const total = subjects.length * sources.length
  let done = 0

  async function attempt(source: Source, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof RangeError) failures.set(source, 'gave what is too deep to be read')
      else if (error instanceof CountersignError) failures.set(source, error.message)
      else throw error
    }
  }

  /** @returns whether it is new: a node may give anything under any id, also of the length of what another gives */
  function enter(one: Found): boolean {
    const digest = digestOf(one)
    if (seen.has(digest)) return false
    seen.add(digest)
    // what is looked at as it comes is not kept: a node may give any amount of rubbish
    if (onFound === undefined) certifications.push(one)
    return true
  }

  const keys = await gatherKeys(sources, fingerprints, attempt)
  // what was signed by another subkey of a key that is named is its operator's word too
  const rebuilders = [...new Set([...fingerprints, ...keys.keys()])]
  const answering = sources.filter((source) => !failures.has(source))
  const answers = new Map(sources.map(({ node }) => [node, noAnswers(subjects)]))
  await Promise.all(
    answering.map((source) =>
      attempt(source, async () => {
        const given = answers.get(source.node) ?? []
        const failure = await askSource(source, { subjects, rebuilders, owners }, async (came) => {
          for (const { place, answer } of came.answers) given[place] = answer
          freshness.set(source.node, came.freshness)
          if (came.scope !== undefined) scopes.set(source.node, came.scope)
          done += came.answers.filter(({ answer }) => !answer.truncated).length
          onProgress(Math.min(done, total), total)
          const fresh = came.found.filter(enter)
          await onFound?.(fresh, [...keys.values()])
        })
        if (failure !== undefined) failures.set(source, failure)
      }),
    ),
  )
  return {
    sources: sources.map((source) => ({
      node: source.node,
      failure: failures.get(source) ?? null,
      madeAt: source.madeAt ?? null,
      scope: scopes.get(source.node) ?? null,
    })),
    certifications,
    answers,
    freshness,
    scopes,
    rebuilders,
    owners,
    keys,
  }
}

const noAnswers = (subjects: readonly Subject[]): (Answer | undefined)[] =>
  subjects.map(() => undefined)

function digestOf({ id, dialect, bytes, signature }: Found): string {
  return createHash('sha256')
    .update(`${id} ${dialect.length} ${bytes.length} ${signature?.length ?? ''} ${dialect}`)
    .update(bytes)
    .update(signature ?? '')
    .digest('hex')
}

type Attempt = (source: Source, work: () => Promise<void>) => Promise<void>

/** By fingerprint, merged over all sources. */
async function gatherKeys(
  sources: readonly Source[],
  fingerprints: readonly string[],
  attempt: Attempt,
): Promise<ReadonlyMap<string, PublicKey>> {
  const keys = new Map<string, PublicKey>()
  /** @returns those that answered */
  async function ask(
    asked: readonly Source[],
    wanted: readonly string[],
  ): Promise<readonly Source[]> {
    const found = new Map<Source, readonly PublicKey[]>()
    await Promise.all(
      asked.map((source) =>
        attempt(source, async () => {
          found.set(source, await keysOf(source, wanted))
        }),
      ),
    )
    for (const key of [...found.values()].flat()) {
      const there = keys.get(key.fingerprint)
      keys.set(key.fingerprint, there === undefined ? key : mergePublicKeys(there, key))
    }
    return [...found.keys()]
  }
  const answering = await ask(sources, fingerprints)
  const primaries = [...keys.keys()].filter((one) => !fingerprints.includes(one))
  // a node that does not know the subkey may know that its primary key is revoked
  if (primaries.length > 0) await ask(answering, primaries)
  return keys
}

/** Those that have one of these fingerprints, whatever else it gives. */
async function keysOf(
  source: Source,
  fingerprints: readonly string[],
): Promise<readonly PublicKey[]> {
  const found = await source.keys(fingerprints)
  const read = await Promise.all(found.map(readKeys))
  const wanted = new Set(fingerprints)
  return read.flat().filter(({ fingerprint, bytes }) => {
    const subkeys = fingerprintsOf(bytes)?.subkeys ?? []
    return [fingerprint, ...subkeys].some((one) => wanted.has(one))
  })
}

/** What is no key is nobody's: the policy names fingerprints, and only the right key has one. */
async function readKeys(bytes: Uint8Array): Promise<readonly PublicKey[]> {
  try {
    return await readPublicKeys(bytes)
  } catch (error) {
    if (error instanceof CountersignError) return []
    throw error
  }
}
