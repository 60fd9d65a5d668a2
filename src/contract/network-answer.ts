/* The network as this node knows it, in one answer. Times are ISO 8601 in UTC, lengths in blocks. */
import * as Type from 'typebox'
import { isoTime } from '../base/iso-time.ts'
import { FeedCopiesBody, feedCopies, hasFewer, NodeCopiesBody } from './copies.ts'
import { evidenceStatus, known } from './feed-status.ts'
import {
  type FollowedFeed,
  FOLLOW_REASONS,
  type NetworkView,
  NOTHING_SKIPPED,
} from './following.ts'
import { PeerBody, peerStatus } from './peer-status.ts'
import { heardNodes, HeardNodeBody } from './heard-nodes.ts'
import { Moment, Strings, type ValueOf } from './schema.ts'
import { own, type Status } from './status.ts'

/** How long a peer said that its copy of a feed is: the longest that it ever said. */
const SaidLengthBody = Type.Object(
  {
    peerId: Type.String(),
    length: Type.Integer({ description: 'The longest that it ever said of its copy' }),
    lacking: Type.Optional(
      Type.Integer({ description: 'Blocks below that which it has not, as far as it said' }),
    ),
    heardAt: Moment,
  },
  { title: 'SaidLength' },
)

/** A feed of this node's or of another, and who said that it has it too. */
const KnownFeedBody = Type.Object(
  {
    ...known,
    copies: Type.Optional(
      Type.Object(
        {
          ...FeedCopiesBody.properties,
          peers: { ...Strings, description: 'Peer ids of those whose copies count' },
        },
        { title: 'CountedCopies' },
      ),
    ),
    heads: Type.Array(SaidLengthBody),
  },
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
    nodes: Type.Optional(
      Type.Array(HeardNodeBody, {
        description:
          'Peers first, then writers of these feeds, then who said that he has them too; at most 500',
      }),
    ),
    unanswered: Type.Optional(
      Type.Integer({ description: 'Configured URLs at which nobody has said yet who is there' }),
    ),
    remembered: Type.Optional(
      Type.Integer({
        description:
          'Peers that it could dial, of whom others told, and that are not connected; countersign peers known shows them to its operator',
      }),
    ),
    copies: Type.Optional(
      Type.Object(
        {
          wanted: NodeCopiesBody.properties.wanted,
          short: NodeCopiesBody.properties.short,
        },
        { title: 'WantedCopies' },
      ),
    ),
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
    feeds: feeds
      .slice(0, MOST_FEEDS)
      .map((feed) => knownFeed(feed, position(feed.key), about.peerId)),
    nodes: [...heardNodes(about.peerId, feeds.slice(0, MOST_FEEDS), network)],
    unanswered: (network?.unanswered() ?? []).filter(({ isSelf }) => !isSelf).length,
    remembered: network?.remembered() ?? 0,
    copies: wantedCopies(feeds, network?.wantedCopies ?? 0),
    omitted: Math.max(0, feeds.length - MOST_FEEDS),
  }
}

const wantedCopies = (feeds: readonly FollowedFeed[], wanted: number) => ({
  wanted,
  short: feeds.filter((feed) => feed.state !== 'refused' && hasFewer(feed, wanted)).length,
})

function rank({ evidence, state, why }: FollowedFeed): number {
  if (evidence.length > 0) return -1
  return FOLLOW_REASONS.indexOf(why) + (state === 'refused' ? FOLLOW_REASONS.length : 0)
}

function knownFeed(feed: FollowedFeed, indexed: number, self: string): KnownFeed {
  const { bytes: _, vouchedBy: _by, statements, copies, heads, evidence, ...rest } = feed
  return {
    ...rest,
    indexed,
    evidence: evidence.map(evidenceStatus),
    copies: {
      ...feedCopies(copies),
      peers: copies.peers.filter(({ counts }) => counts).map(({ peerId }) => peerId),
    },
    heads: saidLengths({ heads, statements }, self),
  }
}

/** Who is connected says heads; what others signed came through somebody else. */
function saidLengths(
  { heads, statements }: Pick<FollowedFeed, 'heads' | 'statements'>,
  self: string,
): KnownFeed['heads'] {
  const said = new Map<string, KnownFeed['heads'][number]>(
    heads.map(({ peerId, length, heardAt }) => [
      peerId,
      { peerId, length, heardAt: isoTime(heardAt) },
    ]),
  )
  for (const { peerId, length, lacking, time } of statements) {
    const head = said.get(peerId)
    if (peerId === self || length < (head?.length ?? 0)) continue
    said.set(peerId, { peerId, length, heardAt: head?.heardAt ?? isoTime(time), lacking })
  }
  return [...said.values()]
}
