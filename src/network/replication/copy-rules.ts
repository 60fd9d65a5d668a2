/* Whether more of a replica is copied: by evidence, by what it has brought, by policy, seats, quotas and the disk. */
import type { FeedAllowance } from './feed-allowance.ts'
import type { OfferPolicy } from './offer-policy.ts'
import { type MutableFollowed, set } from './followed-replica.ts'

/** So many entries that are not what they claim to be, and nothing more is taken of a feed. */
export const MOST_RUBBISH = 100
const RUBBISH = `${MOST_RUBBISH} of its entries are not what they claim to be`
const UNDERSTATED = 'its blocks have more bytes than its head says'

export interface CopyRules {
  readonly policy: OfferPolicy
  readonly allowance: FeedAllowance
  /** Looks at a replica anew: it is followed, paused or frozen, and says why. */
  readonly apply: (one: MutableFollowed) => void
}

/** @param evidence against writers of feeds */
export function makeCopyRules(
  policy: OfferPolicy,
  allowance: FeedAllowance,
  evidence: { readonly has: (feed: string) => boolean },
): CopyRules {
  function mayGrow(one: MutableFollowed): boolean {
    const reason = allowance.whyFull(one)
    set(one, reason === undefined ? 'following' : 'paused', reason)
    return reason === undefined
  }

  const whyPaused = (one: MutableFollowed): string | undefined =>
    (one.isRubbish ? RUBBISH : undefined) ??
    (one.row.understated ? UNDERSTATED : undefined) ??
    allowance.whyRetired(one) ??
    policy.refusal(one.origin, one.why)

  function settle(one: MutableFollowed): void {
    const isRefuted = evidence.has(one.row.key)
    if (one.replica.frozen || isRefuted) {
      one.replica.freeze()
      if (one.state !== 'frozen' || isRefuted)
        set(one, 'frozen', 'there is evidence that its writer has told two stories')
      return
    }
    const reason = whyPaused(one)
    if (reason === undefined) {
      one.replica.follow(() => mayGrow(one))
      return
    }
    one.replica.pause()
    set(one, 'paused', reason)
  }

  return {
    policy,
    allowance,
    apply(one) {
      const before = `${one.state} ${one.reason} ${one.why}`
      one.why = policy.whyOf(one.row.key, one.origin.peerId)
      settle(one)
      if (before !== `${one.state} ${one.reason} ${one.why}`) one.changed()
    },
  }
}
