/* The network as this node knows it, in one answer. Times are ISO 8601 in UTC, lengths in blocks. */
import * as Type from 'typebox'
import { isoTime } from '../base/iso-time.ts'
import { evidenceStatus, known } from './feed-status.ts'
import {
  type FollowedFeed,
  FOLLOW_REASONS,
  type NetworkView,
  NOTHING_SKIPPED,
} from './following.ts'
import { PeerBody, peerStatus } from './peer-status.ts'
import { Moment, type ValueOf } from './schema.ts'
import { own, type Status } from './status.ts'

/** How long a peer said that its copy of a feed is: the longest that it ever said. */
const SaidLengthBody = Type.Object(
  {
    peerId: Type.String(),
    length: Type.Integer({ description: 'The longest that it ever said of its copy' }),
    heardAt: Moment,
  },
  { title: 'SaidLength' },
)

/** A feed of this node's or of another, and who said that it has it too. */
const KnownFeedBody = Type.Object(
  { ...known, heads: Type.Array(SaidLengthBody) },
  { title: 'KnownFeed' },
)
export type KnownFeed = ValueOf<typeof KnownFeedBody>

export const NetworkBody = Type.Object(
  {
    node: Type.Object(own, { title: 'About', description: 'This one' }),
    peers: Type.Array(PeerBody),
    feeds: Type.Array(KnownFeedBody, {
      description: 'Those with evidence first, and those that were refused last; at most 200',
    }),
    omitted: Type.Integer({ description: 'Feeds beyond 200; GET /feeds has all' }),
  },
  { title: 'Network' },
)
export type NetworkAnswer = ValueOf<typeof NetworkBody>

/** Anybody can offer feeds without end: what was refused is among them. */
const MOST_FEEDS = 200

/**
 * @param network `undefined` as long as it is not open
 * @param position how many blocks of a feed are in the indexes
 */
export async function networkAnswer(
  { ready, ...about }: Pick<Status, 'version' | 'peerId' | 'startedAt' | 'readOnly' | 'ready'>,
  network: NetworkView | undefined,
  position: (feed: string) => number,
): Promise<NetworkAnswer> {
  const feeds = ((await network?.feeds()) ?? []).toSorted(
    (one, other) => rank(one) - rank(other) || (one.key < other.key ? -1 : 1),
  )
  return {
    node: {
      ...about,
      follow: network?.follow ?? 'open',
      name: network?.name ?? null,
      ready,
      isolated: network?.isolated() ?? false,
      addresses: network?.addresses() ?? [],
      advice: network?.advice() ?? [],
      skipped: network?.skipped() ?? NOTHING_SKIPPED,
    },
    peers: (network?.peers() ?? []).map(peerStatus),
    feeds: feeds.slice(0, MOST_FEEDS).map((feed) => knownFeed(feed, position(feed.key))),
    omitted: Math.max(0, feeds.length - MOST_FEEDS),
  }
}

function rank({ evidence, state, why }: FollowedFeed): number {
  if (evidence.length > 0) return -1
  return FOLLOW_REASONS.indexOf(why) + (state === 'refused' ? FOLLOW_REASONS.length : 0)
}

function knownFeed(feed: FollowedFeed, indexed: number): KnownFeed {
  const { bytes: _, statements: _said, heads, evidence, ...rest } = feed
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
