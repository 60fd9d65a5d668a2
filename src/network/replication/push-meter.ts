/* How many messages peers may push within a second: in all, from one network, and by one peer. */
import { prefixOf } from '../../base/address-share.ts'
import { NAMED } from '../hosting/remote-share.ts'
import { prefixSeats } from '../hosting/seats.ts'

/** Each of them can cost a verification. */
const IN_ALL = 512
/** An honest peer sends a quarter of that to another: see {@link makePushBudget}. */
const BY_PEER = 128
const TO_PEER = 32
const SECOND = 1_000

export interface Pusher {
  readonly peerId: string
  /** Whose share it takes, by its address. */
  readonly share: string
}

/** `crowded`: others have pushed too much, or it has; `too-much`: it has just pushed more than any honest peer does. */
export type Metered = 'fits' | 'crowded' | 'too-much'

export interface PushMeter {
  /** One more message of that peer. */
  readonly count: (by: Pusher) => Metered
}

/** @param now in milliseconds */
export function makePushMeter(now: () => number = performance.now.bind(performance)): PushMeter {
  const counts = makeCounts(now)
  return {
    count({ peerId, share }) {
      const mine = counts.add(`peer ${peerId}`)
      if (mine > BY_PEER) return mine === BY_PEER + 1 ? 'too-much' : 'crowded'
      if (share !== NAMED) {
        const near = counts.add(`prefix ${prefixOf(share)}`)
        if (near > prefixSeats(share, IN_ALL)) return 'crowded'
      }
      return counts.add('all') > IN_ALL ? 'crowded' : 'fits'
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

/** How often each was counted since the second began. */
function makeCounts(now: () => number): { readonly add: (name: string | object) => number } {
  const counts = new Map<string | object, number>()
  let began = now()
  return {
    add(name) {
      if (now() - began >= SECOND) {
        began = now()
        counts.clear()
      }
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      return count
    },
  }
}
