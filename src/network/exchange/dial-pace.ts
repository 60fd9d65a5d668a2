/* How often the exchange dials: each place once in a while, and a peer that does not answer less and less often. */
import { LRUCache } from 'lru-cache'
import { dialledPlace } from './dial-address.ts'

/** Between two dials to one place, in milliseconds, whoever is said to be there. */
const PLACE_REST = 10_000
/** Pauses after a dial that failed, in milliseconds: doubled each time, with up to half of jitter. */
const FIRST_PAUSE = 5_000
/** The longest ones: of whom this node was connected with lately, or when it is connected with nobody; long ago; never. */
const LONGEST = { lately: 30_000, once: 600_000, never: 3_600_000 } as const
const LATELY = 86_400_000
const REMEMBERED = 2_000
const PLACES = 16_384

export interface DialPace {
  /** May that peer be dialled now, as far as its own dials go? */
  readonly isDue: (peerId: string, now: number) => boolean
  /** Those of the addresses that may be dialled now. */
  readonly free: (addresses: readonly string[], now: number) => readonly string[]
  /** These are dialled now. */
  readonly dialled: (addresses: readonly string[], now: number) => void
  /** @param random from 0 up to 1 */
  readonly failed: (
    peerId: string,
    how: { readonly metAt: number | undefined; readonly isAlone: boolean },
    when: { readonly now: number; readonly random: number },
  ) => void
  readonly answered: (peerId: string) => void
  /** This node has lost its last connection, or has one again: nobody's fault, so nobody waits longer than he must. */
  readonly hurry: (now: number) => void
}

/** Times are milliseconds since any moment, always the same. */
export function makeDialPace(): DialPace {
  const places = new LRUCache<string, number>({ max: PLACES })
  const failures = new LRUCache<string, { readonly count: number; readonly until: number }>({
    max: REMEMBERED,
  })
  return {
    isDue: (peerId, now) => (failures.get(peerId)?.until ?? -Infinity) <= now,
    free: (addresses, now) =>
      addresses.filter(
        (address) => (places.get(dialledPlace(address)) ?? -Infinity) + PLACE_REST <= now,
      ),
    dialled(addresses, now) {
      for (const address of addresses) places.set(dialledPlace(address), now)
    },
    failed(peerId, { metAt, isAlone }, { now, random }) {
      const count = (failures.get(peerId)?.count ?? 0) + 1
      const isLately = isAlone || (metAt !== undefined && now - metAt < LATELY)
      const longest = isLately ? LONGEST.lately : metAt === undefined ? LONGEST.never : LONGEST.once
      const pause = Math.min(longest, FIRST_PAUSE * 2 ** Math.min(count - 1, 20))
      failures.set(peerId, { count, until: now + pause * (1 + random / 2) })
    },
    answered: (peerId) => void failures.delete(peerId),
    hurry(now) {
      for (const [peerId, { count, until }] of Array.from(failures.entries()))
        failures.set(peerId, { count, until: Math.min(until, now + FIRST_PAUSE) })
    },
  }
}
