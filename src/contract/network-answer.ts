/* The network as this node knows it, in one answer. Times are ISO 8601 in UTC, lengths in blocks. */
import { isoTime } from '../base/iso-time.ts'
import type { FollowedFeed, FollowReason, NetworkView } from './following.ts'
import { evidenceStatus, peerStatus } from './feed-status.ts'
import type { FeedStatus, PeerStatus } from './feed-status.ts'
import type { Status } from './repository.ts'

/** How long a peer said that its copy of a feed is: the longest that it ever said. */
export interface SaidLength {
  readonly peerId: string
  readonly length: number
  readonly heardAt: string
}

/** A feed of this node's or of another, and who said that it has it too. */
export interface KnownFeed extends Omit<FeedStatus, 'bytes' | 'holes' | 'rejected' | 'witnesses'> {
  readonly heads: readonly SaidLength[]
}

export interface NetworkAnswer {
  /** This one. */
  readonly node: Pick<
    Status,
    'version' | 'peerId' | 'startedAt' | 'readOnly' | 'follow' | 'ready' | 'addresses' | 'advice'
  >
  readonly peers: readonly PeerStatus[]
  /** Those with evidence first, then own ones, then those of others, then those that were refused; at most 1,000. */
  readonly feeds: readonly KnownFeed[]
  /** How many more feeds there are. */
  readonly omitted: number
}

export interface NetworkAnswerParts {
  readonly about: Pick<Status, 'version' | 'peerId' | 'startedAt' | 'readOnly'>
  readonly ready: boolean
  /** `undefined` as long as the network is not open. */
  readonly network: NetworkView | undefined
  /** How many blocks of a feed are in the indexes. */
  readonly position: (feed: string) => number
}

/** Anybody can offer feeds without end: what was refused is among them. */
const MOST_FEEDS = 200

const ORDER: readonly FollowReason[] = ['own', 'former', 'listed', 'peer', 'vouched', 'stranger']

export async function networkAnswer(parts: NetworkAnswerParts): Promise<NetworkAnswer> {
  const { about, ready, network, position } = parts
  const feeds = ((await network?.feeds()) ?? []).toSorted(
    (one, other) => rank(one) - rank(other) || (one.key < other.key ? -1 : 1),
  )
  return {
    node: {
      ...about,
      follow: network?.follow ?? 'open',
      ready,
      addresses: network?.addresses() ?? [],
      advice: network?.advice() ?? [],
    },
    peers: (network?.peers() ?? []).map(peerStatus),
    feeds: feeds.slice(0, MOST_FEEDS).map((feed) => knownFeed(feed, position(feed.key))),
    omitted: Math.max(0, feeds.length - MOST_FEEDS),
  }
}

function rank({ evidence, state, why }: FollowedFeed): number {
  if (evidence.length > 0) return -1
  return ORDER.indexOf(why) + (state === 'refused' ? ORDER.length : 0)
}

function knownFeed(feed: FollowedFeed, indexed: number): KnownFeed {
  const { bytes: _, heads, evidence, ...rest } = feed
  return {
    ...rest,
    indexed,
    evidence: evidence.map(evidenceStatus),
    heads: heads.map(({ peerId, length, heardAt }) => ({
      peerId,
      length,
      heardAt: isoTime(heardAt),
    })),
  }
}
