/* Those of whom one is dialled next, taken out one by one: by network, or by what is known of them. */
import { grouped } from '../../base/grouped.ts'

/** `prefix`: a network is chosen first, so that many peers of one have no more of the choice. `worth`: who is known best. */
export type Choice = 'prefix' | 'worth'

export interface Candidate {
  readonly peerId: string
  /** By which it may be dialled now. */
  readonly addresses: readonly string[]
  /** The network around the first of them. */
  readonly prefix: string
  readonly rank: number
  /** See {@link lastSeen}. */
  readonly seen: number
}

export interface CandidatePool {
  /** Somebody who was not taken yet; `undefined`: all were. */
  readonly take: (choice: Choice) => Candidate | undefined
}

/** Among so many of most rank who were there last, one is chosen: all others would dial the very last one too. */
const LATEST = 8

/** @param random from 0 up to 1, another one each time */
export function makePool(all: readonly Candidate[], random: () => number): CandidatePool {
  const left = new Set(all)
  const networks = [...grouped(all, ({ prefix }) => prefix).values()]
  const worthiest = all.toSorted((one, other) => other.rank - one.rank || other.seen - one.seen)

  function byNetwork(): Candidate | undefined {
    while (networks.length > 0) {
      const at = Math.min(Math.floor(random() * networks.length), networks.length - 1)
      const one = oneOf(
        (networks[at] ?? []).filter((candidate) => left.has(candidate)),
        random,
      )
      if (one !== undefined) return one
      networks.splice(at, 1)
    }
    return undefined
  }

  function byWorth(): Candidate | undefined {
    const latest: Candidate[] = []
    for (const one of worthiest) {
      if (!left.has(one)) continue
      if (latest.length === LATEST || one.rank < (latest[0]?.rank ?? 0)) break
      latest.push(one)
    }
    return oneOf(latest, random)
  }

  return {
    take(choice) {
      const one = choice === 'prefix' ? byNetwork() : byWorth()
      if (one !== undefined) left.delete(one)
      return one
    },
  }
}

function oneOf<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.min(Math.floor(random() * items.length), items.length - 1)]
}
