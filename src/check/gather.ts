/* Asks all nodes at once what the operators' keys certified, and remembers who had what and who did not answer. */
import {
  mergePublicKeys,
  type PublicKey,
  readPublicKeys,
} from '../certification/signatures/public-key.ts'
import type { Subject } from '../certification/verdict.ts'
import { CountersignError } from '../errors.ts'
import { type Found, MOST_SUBJECTS, type Source } from './source.ts'

export interface SourceReport {
  readonly node: string
  /** Why nothing, or not everything, came from there, as in "NODE does not answer"; `null` if it answered everything. */
  readonly failure: string | null
}

export interface Answer {
  readonly certifications: readonly string[]
  /** It says that it has more than that. */
  readonly truncated: boolean
}

export interface Gathered {
  readonly sources: readonly SourceReport[]
  /** Every certification that some node gave, once. */
  readonly certifications: readonly Found[]
  /** By node: for each subject what it gave; `undefined` where it did not answer. */
  readonly answers: ReadonlyMap<string, readonly (Answer | undefined)[]>
  /** By fingerprint of the primary key, merged over all nodes: one may hide a revocation. */
  readonly keys: ReadonlyMap<string, PublicKey>
}

export interface GatherOptions {
  readonly fingerprints: readonly string[]
  readonly onProgress: (done: number, total: number) => void
}

export async function gather(
  subjects: readonly Subject[],
  sources: readonly Source[],
  { fingerprints, onProgress }: GatherOptions,
): Promise<Gathered> {
  const certifications = new Map<string, Found>()
  const answers = new Map<string, (Answer | undefined)[]>()
  const keys = new Map<string, PublicKey>()
  let done = 0

  async function askOne(source: Source): Promise<SourceReport> {
    const given: (Answer | undefined)[] = subjects.map(() => undefined)
    answers.set(source.node, given)
    try {
      for (const key of await keysOf(source, fingerprints)) await enterKey(key)
      for (let at = 0; at < subjects.length; at += MOST_SUBJECTS) {
        const some = subjects.slice(at, at + MOST_SUBJECTS)
        const { answers: lists, certifications: found } = await source.lookup(some, fingerprints)
        for (const one of found) certifications.set(variantOf(one), one)
        for (const [offset, answer] of lists.entries()) given[at + offset] = answer
        done += some.length
        onProgress(done, subjects.length * sources.length)
      }
      const isWhole = given.every((answer) => answer?.truncated === false)
      return { node: source.node, failure: isWhole ? null : 'has more of it than it gave' }
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error
      return { node: source.node, failure: error.message }
    }
  }

  async function enterKey(key: PublicKey): Promise<void> {
    const there = keys.get(key.fingerprint)
    keys.set(key.fingerprint, there === undefined ? key : await mergePublicKeys(there, key))
  }

  const reports = await Promise.all(sources.map(askOne))
  return { sources: reports, certifications: [...certifications.values()], answers, keys }
}

/** A node may claim any id: what it gives under one and another gives too are both looked at. */
function variantOf({ id, bytes, signature }: Found): string {
  return `${id} ${bytes.length} ${bytes.slice(0, 64)} ${bytes.slice(-400)} ${signature ?? ''}`
}

async function keysOf(
  source: Source,
  fingerprints: readonly string[],
): Promise<readonly PublicKey[]> {
  const found = await source.keys(fingerprints)
  const read = await Promise.all(found.map(readKeys))
  return read.flat()
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
