/* Whose feeds the operator wants, by what was told of them. */
import type { FollowReason } from '../../contract/following.ts'
import type { NetworkSettings } from '../../contract/networking.ts'
import type { Origin } from '../../feeds/format/origin.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import type { Offering } from './followed-replica.ts'
import type { Vouches } from './vouches.ts'

export interface OfferPolicy {
  readonly whyOf: (key: string, owner: string) => FollowReason
  /** Anybody can say that he vouches; only a configured peer's word counts, and as long as it is one. */
  readonly vouches: (by: Pick<Offering, 'via' | 'vouched'>) => boolean
  /** Why a feed is not copied, in a sentence; `undefined` if it is. */
  readonly refusal: (origin: Origin, why: FollowReason) => string | undefined
}

/** What a policy asks of peers. */
interface PolicyPeers extends Pick<RemotePeers, 'isNamed'> {
  /** Which configured peer vouches for a feed, connected or lately gone. */
  readonly voucherOf: Vouches['of']
}

/**
 * @param dialects by the collections of this node
 * @param settings whose feeds to follow, and the keys that the operator named
 */
export function offerPolicy(
  dialects: ReadonlyMap<string, string>,
  settings: Pick<NetworkSettings, 'follow' | 'feeds'>,
  { isNamed, voucherOf }: PolicyPeers,
): OfferPolicy {
  const { follow } = settings
  const listed = new Set(settings.feeds)
  return {
    vouches: ({ via, vouched }) => vouched && isNamed(via),
    whyOf(key, owner) {
      if (listed.has(key)) return 'listed'
      if (isNamed(owner)) return 'peer'
      return voucherOf(key) === undefined ? 'stranger' : 'vouched'
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
