/* Feeds that were offered and are not here: taken, or kept in a bounded list with the reason why not. */
import { LRUCache } from 'lru-cache'
import type { Origin } from '../../feeds/format/origin.ts'
import type { CopiedFeedRow } from '../../state/copied-feeds.ts'
import type { Offer } from '../frames/offer.ts'
import type { CopyRules } from './copy-rules.ts'
import type { FollowList } from './follow-list.ts'
import { nothing, type Offering, payer, type Refused } from './followed-replica.ts'

const REMEMBERED_REFUSALS = 1_000

export interface Candidates {
  readonly consider: (offer: Offer, offering: Offering) => void
  /** Considers those again that were refused. */
  readonly reconsider: () => void
  readonly refused: () => readonly Refused[]
}

/** @param open opens the replica of one that was taken and is on the list */
export function makeCandidates(
  { policy, allowance }: CopyRules,
  list: FollowList,
  open: (row: CopiedFeedRow, origin: Origin) => Promise<void>,
): Candidates {
  const { usage } = allowance
  const refused = new LRUCache<string, Refused>({ max: REMEMBERED_REFUSALS })

  async function take(row: CopiedFeedRow, origin: Origin): Promise<void> {
    await list.add(row)
    await open(row, origin)
  }

  function consider(offer: Offer, offering: Offering): void {
    const { key, publicKey, originBlock, origin } = offer
    const before = refused.get(key)
    const by = before !== undefined && policy.vouches(before) ? before : offering
    const { via, share, vouched } = by
    const why = policy.whyOf(key, origin.peerId)
    const newcomer = { why, via: payer(why, origin, via), share }
    const reason = policy.refusal(origin, why) ?? allowance.whyNoSeat(newcomer)
    if (reason !== undefined) {
      refused.set(key, { offer, via, share, vouched, why, reason })
      return
    }
    refused.delete(key)
    const fresh = { vouched, understated: false, retired: false, via, share, since: Date.now() }
    const turn = take({ key, publicKey, originBlock, ...fresh }, origin)
      .catch(list.failed)
      .finally(() => usage.opening.delete(key))
    usage.opening.set(key, { turn, held: nothing(key, newcomer) })
    usage.forget()
  }

  return {
    consider,
    reconsider() {
      for (const one of Array.from(refused.values())) consider(one.offer, one)
    },
    refused: () => [...refused.values()],
  }
}
