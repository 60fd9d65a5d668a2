/* Whose feeds the operator wants, by what was told of them. */
import type { FollowPolicy, FollowReason } from '../../contract/following.ts'
import type { Origin } from '../../feeds/format/origin.ts'
import type { Offering } from './followed.ts'

export interface FollowPolicyParts {
  /** Dialects by the collections of this node. */
  readonly dialects: ReadonlyMap<string, string>
  readonly follow: FollowPolicy
  /** Keys that the operator named. */
  readonly listed: ReadonlySet<string>
  /** Does the operator name that peer? */
  readonly isConfigured: (peerId: string) => boolean
}

export interface JudgedOffers {
  readonly whyOf: (key: string, owner: string, by: Offering) => FollowReason
  /** Anybody can say that he vouches; only a configured peer's word counts, and as long as it is one. */
  readonly vouches: (by: Offering) => boolean
  /** Why a feed is not copied, in a sentence; `undefined` if it is. */
  readonly refusal: (origin: Origin, why: FollowReason) => string | undefined
}

export function followPolicy({
  dialects,
  follow,
  listed,
  isConfigured,
}: FollowPolicyParts): JudgedOffers {
  const vouches = ({ via, vouched }: Offering): boolean => vouched && isConfigured(via)
  return {
    vouches,
    whyOf(key, owner, by) {
      if (listed.has(key)) return 'listed'
      if (isConfigured(owner)) return 'peer'
      return vouches(by) ? 'vouched' : 'stranger'
    },
    refusal(origin, why) {
      const dialect = dialects.get(origin.collection)
      if (dialect === undefined) return `this node has no collection ${origin.collection}`
      if (dialect !== origin.dialect)
        return `its dialect is ${origin.dialect}, that of collection ${origin.collection} is ${dialect} here`
      if (why === 'vouched' && follow === 'listed')
        return 'follow is "listed", and it is neither named nor of a configured peer'
      if (why === 'stranger' && follow !== 'open')
        return `follow is "${follow}", and no configured peer writes it or vouches for it`
      return undefined
    },
  }
}
