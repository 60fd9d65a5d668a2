/* Feeds that were offered and are not here: taken, or kept in a bounded list with the reason why not. */
import { LRUCache } from 'lru-cache'
import type { Origin } from '../../feeds/format/origin.ts'
import type { State } from '../../state/database.ts'
import { type FollowedFeedRow, putFollowedFeed } from '../../state/followed-feeds.ts'
import type { Offer } from '../frames/offer.ts'
import type { JudgedOffers } from './follow-policy.ts'
import { nothing, type Offering, payer, type Refused } from './followed.ts'
import type { Holdings, Opening } from './holdings.ts'
import type { JudgeParts } from './judge.ts'
import type { FeedAllowance } from './feed-allowance.ts'

const REMEMBERED_REFUSALS = 1_000

export interface CandidatesParts {
  readonly state: State
  readonly policy: JudgedOffers
  readonly room: FeedAllowance
  readonly holdings: Holdings
  /** Where those stand that were taken, until they are open. */
  readonly opening: Map<string, Opening>
  /** Opens the replica of one that was taken. */
  readonly start: (row: FollowedFeedRow, origin: Origin) => Promise<void>
  readonly disk: JudgeParts['disk']
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

export interface Candidates {
  readonly consider: (offer: Offer, offering: Offering) => void
  /** Considers those again that were refused. */
  readonly reconsider: () => void
  readonly refused: () => readonly Refused[]
}

export function makeCandidates(parts: CandidatesParts): Candidates {
  const { state, policy, room, holdings, opening, start, disk, onError, now } = parts
  const refused = new LRUCache<string, Refused>({ max: REMEMBERED_REFUSALS })

  async function take(row: FollowedFeedRow, origin: Origin): Promise<void> {
    await putFollowedFeed(state, row)
    await start(row, origin)
  }

  function consider(offer: Offer, offering: Offering): void {
    const { key, publicKey, originBlock, origin } = offer
    const before = refused.get(key)
    const by = before !== undefined && policy.vouches(before) ? before : offering
    const { via, share, vouched } = by
    const why = policy.whyOf(key, origin.peerId, by)
    const newcomer = { why, via: payer(why, origin, via), share }
    const reason = policy.refusal(origin, why) ?? disk?.fault()?.reason ?? room.lacking(newcomer)
    if (reason !== undefined) {
      refused.set(key, { offer, via, share, vouched, why, reason })
      return
    }
    refused.delete(key)
    const fresh = { vouched, understated: false, retired: false, via, share, since: now() }
    const turn = take({ key, publicKey, originBlock, ...fresh }, origin)
      .catch(onError)
      .finally(() => opening.delete(key))
    opening.set(key, { turn, held: nothing(key, newcomer) })
    holdings.forget()
  }

  return {
    consider,
    reconsider() {
      for (const one of Array.from(refused.values())) consider(one.offer, one)
    },
    refused: () => [...refused.values()],
  }
}
