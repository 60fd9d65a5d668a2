/* How much peers may push within a second: in all, from one network, and by one peer. */
import { prefixOf } from '../../base/address-share.ts'
import { NAMED } from '../hosting/remote-share.ts'
import { prefixSeats } from '../hosting/seats.ts'

/** Each of them can cost a verification. */
const IN_ALL = 512
/** An honest peer sends a quarter of that to another: see {@link makePushBudget}. */
const BY_PEER = 128
/** What an honest peer has sent within 30 s can come at once, where one of the two has stood still; a longer silence ends a connection. */
const NEVER_BY_PEER = 1_024
/** Octets of index blocks that are read: the dearest of them cost 0.4 ms for each 1,024. */
const INDEX_IN_ALL = 98_304
const INDEX_BY_PEER = 49_152
const TO_PEER = 32
const SECOND = 1_000

export interface Pusher {
  readonly peerId: string
  /** Whose share it takes, by its address. */
  readonly share: string
}

/** `crowded`: others have pushed too much, or it has; `too-much`: it has just pushed more than comes of any honest peer. */
export type Metered = 'fits' | 'crowded' | 'too-much'

export interface PushMeter {
  /** One more message of that peer. */
  readonly count: (by: Pusher) => Metered
  /** May so many octets of index blocks of that peer be read? Where they may, they count as read. */
  readonly mayRead: (by: Pusher, octets: number) => boolean
}

/** @param now in milliseconds */
export function makePushMeter(now: () => number = performance.now.bind(performance)): PushMeter {
  const counts = makeCounts(now)
  const read = makeCounts(now)
  return {
    count({ peerId, share }) {
      const mine = counts.add(`peer ${peerId}`)
      if (mine > BY_PEER) return mine === NEVER_BY_PEER + 1 ? 'too-much' : 'crowded'
      if (share !== NAMED) {
        const near = counts.add(`prefix ${prefixOf(share)}`)
        if (near > prefixSeats(share, IN_ALL)) return 'crowded'
      }
      return counts.add('all') > IN_ALL ? 'crowded' : 'fits'
    },
    mayRead({ peerId, share }, octets) {
      if (read.add(`peer ${peerId}`, octets) > INDEX_BY_PEER) return false
      if (share !== NAMED) {
        const near = read.add(`prefix ${prefixOf(share)}`, octets)
        if (near > prefixSeats(share, INDEX_IN_ALL)) return false
      }
      return read.add('all', octets) <= INDEX_IN_ALL
    },
  }
}

export interface PushBudget {
  /** May one more be pushed over that session? */
  readonly spend: (session: object) => boolean
}

/** What this node pushes itself: whatever is more than that travels as it is asked for. */
export function makePushBudget(now: () => number = performance.now.bind(performance)): PushBudget {
  const counts = makeCounts(now)
  return { spend: (session) => counts.add(session) <= TO_PEER }
}

/** How often each was counted since the second began, or how many octets of it. */
function makeCounts(now: () => number): {
  readonly add: (name: string | object, more?: number) => number
} {
  const counts = new Map<string | object, number>()
  let began = now()
  return {
    add(name, more = 1) {
      if (now() - began >= SECOND) {
        began = now()
        counts.clear()
      }
      const count = (counts.get(name) ?? 0) + more
      counts.set(name, count)
      return count
    },
  }
}
