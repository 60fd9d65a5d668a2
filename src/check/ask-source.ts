/* Asks one node for everything, in several requests, and again for what did not fit into an answer. */
import type { Subject } from '../certification/agreement/verdict.ts'
import type { Found, Freshness } from '../contract/lookup-answer.ts'
import type { Scope } from '../contract/scope.ts'
import { MOST_SUBJECTS, type Source } from './source.ts'

export interface Answer {
  readonly certifications: readonly string[]
  /** It says that it has more than that. */
  readonly truncated: boolean
}

/** What it gave for the subject at that place. */
export interface PlacedAnswer {
  readonly place: number
  readonly answer: Answer
}

/** One answer of a node. */
export interface Came {
  readonly found: readonly Found[]
  readonly answers: readonly PlacedAnswer[]
  readonly freshness: readonly Freshness[]
  /** Of a node that does not keep everything. */
  readonly scope: Scope | undefined
}

export interface Question {
  readonly subjects: readonly Subject[]
  /** Fingerprints, upper-case hex. */
  readonly rebuilders: readonly string[]
  /** Peer ids. */
  readonly owners: readonly string[]
}

/** So long a node may be asked again for what it says that it left out, in milliseconds. */
const ASKING_AGAIN = 60_000

/**
 * @param onAnswer is given what has come while the next answer is on its way
 * @returns why not everything came from there, in words that go on after its name; `undefined` if it did
 * @throws what {@link Source.lookup} throws
 */
export async function askSource(
  source: Source,
  { subjects, rebuilders, owners }: Question,
  onAnswer: (came: Came) => Promise<void>,
): Promise<string | undefined> {
  const ask = (places: readonly number[]) =>
    source.lookup(
      places.flatMap((at) => subjects[at] ?? []),
      { rebuilders, owners },
    )
  const until = Date.now() + ASKING_AGAIN
  let isNaming = false
  let isLeavingOut = false
  let left: readonly number[] = subjects.map((_, at) => at)
  // what did not fit into an answer is asked for again, with less beside it
  for (let size = MOST_SUBJECTS; left.length > 0; size = Math.ceil(size / 4)) {
    const again: number[] = []
    let asked: ReturnType<typeof ask> | undefined = ask(left.slice(0, size))
    for (let at = 0; asked !== undefined; at += size) {
      const { answers: lists, certifications: found, freshness = [], scope } = await asked
      asked = at + size < left.length ? ask(left.slice(at + size, at + 2 * size)) : undefined
      // it is awaited in the next round
      asked?.catch(() => undefined)
      const ids = new Set(found.map(({ id }) => id))
      const answers: PlacedAnswer[] = []
      for (const [offset, { certifications: named, truncated }] of lists.entries()) {
        const place = left[at + offset] ?? 0
        // only what it gives it has
        const own = named.filter((id) => ids.has(id))
        isNaming ||= own.length < named.length
        answers.push({ place, answer: { certifications: own, truncated } })
        if (truncated) again.push(place)
      }
      await onAnswer({ found, answers, freshness, scope })
    }
    const isOver = size === 1 || Date.now() > until
    isLeavingOut = isOver && again.length > 0
    left = isOver ? [] : again
  }
  if (isNaming) return 'names certifications that it does not give'
  return isLeavingOut ? 'has more of it than it gave' : undefined
}
