/* Asks all nodes at once what the operators' keys certified, and remembers who had what and who did not answer. */
import { createHash } from 'node:crypto'
import { keyIdOf } from '../certification/signatures/key-id.ts'
import {
  mergePublicKeys,
  type PublicKey,
  readPublicKeys,
} from '../certification/signatures/public-key.ts'
import type { Subject } from '../certification/agreement/verdict.ts'
import { CountersignError } from '../base/errors.ts'
import { type Found, MOST_SUBJECTS, type Source } from './source.ts'

export interface SourceReport {
  readonly node: string
  /** Why nothing, or not everything, came from there, as in "NODE does not answer"; `null` if it answered everything. */
  readonly failure: string | null
  /** When a bundle was made, by its own word, ISO 8601; `null` of a node. */
  readonly madeAt: string | null
}

export interface Answer {
  readonly certifications: readonly string[]
  /** It says that it has more than that. */
  readonly truncated: boolean
}

export interface Gathered {
  readonly sources: readonly SourceReport[]
  /** Every certification that some node gave, once; none if they were looked at as they came. */
  readonly certifications: readonly Found[]
  /** By node: for each subject what it gave; `undefined` where it did not answer. */
  readonly answers: ReadonlyMap<string, readonly (Answer | undefined)[]>
  /** By fingerprint of the primary key, merged over all nodes: one may hide a revocation. */
  readonly keys: ReadonlyMap<string, PublicKey>
}

export interface GatherOptions {
  /** Of the policy, upper-case hex. */
  readonly fingerprints: readonly string[]
  readonly onProgress?: (done: number, total: number) => void
  /** Is given what has come and was not here before, while the next answer is on its way. All keys are here by then. */
  readonly onFound?: (found: readonly Found[], keys: readonly PublicKey[]) => Promise<void>
}

/** So long a node may be asked again for what it says that it left out, in milliseconds. */
const ASKING_AGAIN = 60_000

export async function gather(
  subjects: readonly Subject[],
  sources: readonly Source[],
  { fingerprints, onProgress = () => undefined, onFound }: GatherOptions,
): Promise<Gathered> {
  const certifications: Found[] = []
  const seen = new Set<string>()
  const answers = new Map<string, (Answer | undefined)[]>()
  const keys = new Map<string, PublicKey>()
  const failures = new Map<Source, string>()
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

  async function askOne(source: Source): Promise<void> {
    const given = answers.get(source.node) ?? []
    const places = subjects.map((_, at) => at)
    const ask = (some: readonly number[]) =>
      source.lookup(
        some.flatMap((at) => subjects[at] ?? []),
        fingerprints,
      )
    const until = Date.now() + ASKING_AGAIN
    let isNaming = false
    // what did not fit into an answer is asked for again, with less beside it
    for (let size = MOST_SUBJECTS, left = places; left.length > 0; size = Math.ceil(size / 4)) {
      const again: number[] = []
      let asked: ReturnType<typeof ask> | undefined = ask(left.slice(0, size))
      for (let at = 0; asked !== undefined; at += size) {
        const { answers: lists, certifications: found } = await asked
        asked = at + size < left.length ? ask(left.slice(at + size, at + 2 * size)) : undefined
        // it is awaited in the next round
        asked?.catch(() => undefined)
        const ids = new Set(found.map(({ id }) => id))
        for (const [offset, { certifications: named, truncated }] of lists.entries()) {
          const place = left[at + offset] ?? 0
          // only what it gives it has
          const own = named.filter((id) => ids.has(id))
          isNaming ||= own.length < named.length
          given[place] = { certifications: own, truncated }
          if (truncated) again.push(place)
        }
        done += lists.filter(({ truncated }) => !truncated).length
        onProgress(
          Math.min(done, subjects.length * sources.length),
          subjects.length * sources.length,
        )
        await onFound?.(found.filter(enter), [...keys.values()])
        if (onFound === undefined) found.forEach(enter)
      }
      const isOver = size === 1 || Date.now() > until
      if (isOver && again.length > 0) failures.set(source, 'has more of it than it gave')
      left = isOver ? [] : again
    }
    if (isNaming) failures.set(source, 'names certifications that it does not give')
  }

  /** @returns whether it is new: a node may give anything under any id, also of the length of what another gives */
  function enter(one: Found): boolean {
    const { id, dialect, bytes, signature } = one
    const digest = createHash('sha256')
      .update(`${id} ${dialect.length} ${bytes.length} ${signature?.length ?? ''} ${dialect}`)
      .update(bytes)
      .update(signature ?? '')
      .digest('hex')
    if (seen.has(digest)) return false
    seen.add(digest)
    // what is looked at as it comes is not kept: a node may give any amount of rubbish
    if (onFound === undefined) certifications.push(one)
    return true
  }

  for (const { node } of sources)
    answers.set(
      node,
      subjects.map(() => undefined),
    )
  const found = new Map<Source, readonly PublicKey[]>()
  await Promise.all(
    sources.map((source) =>
      attempt(source, async () => {
        found.set(source, await keysOf(source, fingerprints))
      }),
    ),
  )
  for (const key of [...found.values()].flat()) {
    const there = keys.get(key.fingerprint)
    keys.set(key.fingerprint, there === undefined ? key : mergePublicKeys(there, key))
  }
  const answering = sources.filter((source) => !failures.has(source))
  await Promise.all(answering.map((source) => attempt(source, () => askOne(source))))
  return {
    sources: sources.map((source) => ({
      node: source.node,
      failure: failures.get(source) ?? null,
      madeAt: source.madeAt ?? null,
    })),
    certifications,
    answers,
    keys,
  }
}

/** Those of the policy, whatever else it gives. */
async function keysOf(
  source: Source,
  fingerprints: readonly string[],
): Promise<readonly PublicKey[]> {
  const found = await source.keys(fingerprints)
  const read = await Promise.all(found.map(readKeys))
  // a policy may name the subkey that signs
  const wanted = new Set(fingerprints.flatMap((one) => [one, keyIdOf(one)]))
  return read
    .flat()
    .filter(
      ({ fingerprint, keyIds }) => wanted.has(fingerprint) || keyIds.some((id) => wanted.has(id)),
    )
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
