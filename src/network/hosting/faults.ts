import { LRUCache } from 'lru-cache'

/** Who broke a protocol, how often, and who stays out for that. Only structure counts, never what a node admits. */
export interface Faults {
  /** @returns whether that was one too many */
  readonly note: (peerId: string) => boolean
  readonly count: (peerId: string) => number
  readonly isBanned: (peerId: string) => boolean
}

/** So many within the time of a ban, and the peer stays out for that time, in milliseconds. */
const TOLERATED = 5
const BAN = 600_000

export function makeFaults(now: () => number): Faults {
  const counts = new LRUCache<string, number>({ max: 10_000 })
  const recent = new LRUCache<string, readonly number[]>({ max: 10_000 })
  const banned = new LRUCache<string, number>({ max: 10_000 })
  return {
    note(peerId) {
      counts.set(peerId, (counts.get(peerId) ?? 0) + 1)
      const times = [...(recent.get(peerId) ?? []), now()].filter((at) => at > now() - BAN)
      recent.set(peerId, times)
      if (times.length < TOLERATED) return false
      banned.set(peerId, now() + BAN)
      recent.delete(peerId)
      return true
    },
    count: (peerId) => counts.get(peerId) ?? 0,
    isBanned: (peerId) => (banned.get(peerId) ?? 0) > now(),
  }
}
