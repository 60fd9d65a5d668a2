/* Who broke a protocol, how often, and who stays out for that. Only structure counts, never what a node admits. */
import { LRUCache } from 'lru-cache'
import type { Logger } from '../../base/logger.ts'

/** Of peers, by their ids in libp2p's base58 form. */
export interface Faults {
  /** It broke a protocol. @returns whether that was one too many: it stays out for a while */
  readonly broke: (peerId: string, reason: string) => boolean
  /** What it offered is not what it said, whoever brought it. */
  readonly offered: (peerId: string, reason: string) => void
  readonly count: (peerId: string) => number
  readonly isBanned: (peerId: string) => boolean
}

/** So many within the time of a ban, and the peer stays out for that time, in milliseconds. */
const TOLERATED = 5
const BAN = 600_000

/** Counts from this start on, in memory alone: of 10,000 peers. */
export function makeFaults(logger: Logger): Faults {
  const counts = new LRUCache<string, number>({ max: 10_000 })
  const recent = new LRUCache<string, readonly number[]>({ max: 10_000 })
  const banned = new LRUCache<string, number>({ max: 10_000 })

  /** @returns whether that was one too many */
  function note(peerId: string): boolean {
    const now = Date.now()
    counts.set(peerId, (counts.get(peerId) ?? 0) + 1)
    const times = [...(recent.get(peerId) ?? []), now].filter((at) => at > now - BAN)
    recent.set(peerId, times)
    if (times.length < TOLERATED) return false
    banned.set(peerId, now + BAN)
    recent.delete(peerId)
    return true
  }

  return {
    broke(peer, reason) {
      logger.debug({ peer, reason }, 'a peer broke a protocol')
      const isTooMany = note(peer)
      if (isTooMany) logger.warn({ peer }, 'a peer broke protocols too often and stays out')
      return isTooMany
    },
    offered(peer, reason) {
      logger.debug({ peer, reason }, 'a peer offered what it has not')
      note(peer)
    },
    count: (peerId) => counts.get(peerId) ?? 0,
    isBanned: (peerId) => (banned.get(peerId) ?? 0) > Date.now(),
  }
}
