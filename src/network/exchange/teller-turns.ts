/* How much each neighbour may tell of peers: a record costs a verification, and who tells rubbish is not listened to for a while. */
import { LRUCache } from 'lru-cache'

/** Records of one neighbour in a minute, and of one that the operator named. */
const PER_MINUTE = 256
const OF_NAMED = 1_024
const MINUTE = 60_000
/** For how long nobody listens to who told rubbish, in milliseconds. */
const SILENCED = 600_000
const REMEMBERED = 10_000

export interface TellerTurns {
  /** Is one more record of that neighbour looked at? */
  readonly take: (peerId: string) => boolean
  /** What it told was no record, or nobody signed it. */
  readonly lose: (peerId: string) => void
}

/** @param now milliseconds since 1970 */
export function makeTellerTurns(
  isNamed: (peerId: string) => boolean,
  now: () => number,
): TellerTurns {
  const minutes = new LRUCache<string, { readonly minute: number; count: number }>({
    max: REMEMBERED,
  })
  const silenced = new LRUCache<string, number>({ max: REMEMBERED })
  return {
    take(peerId) {
      if ((silenced.get(peerId) ?? 0) > now()) return false
      const minute = Math.floor(now() / MINUTE)
      const before = minutes.get(peerId)
      const one = before?.minute === minute ? before : { minute, count: 0 }
      one.count += 1
      minutes.set(peerId, one)
      return one.count <= (isNamed(peerId) ? OF_NAMED : PER_MINUTE)
    },
    lose: (peerId) => void silenced.set(peerId, now() + SILENCED),
  }
}
