/* Every feed that this node has or was offered, with what was heard of it from others. */
import { LRUCache } from 'lru-cache'
import type { FeedCopies } from '../contract/counted-copies.ts'
import type { FollowedFeed, FollowReason, Voucher } from '../contract/following.ts'
import type { OwnFeed, Replica } from '../feeds/format/feed.ts'
import { decodeOrigin, type Origin } from '../feeds/format/origin.ts'
import type { Copies } from './copies/copies.ts'
import type { HaveBook } from './heads/have-book.ts'
import type { HeadBook } from './heads/head-book.ts'
import type { FeedSelection } from './replication/feed-selection.ts'
import type { Followed, Refused } from './replication/followed-replica.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'
import type { Vouches } from './replication/vouches.ts'
import { heardStatement } from './said.ts'

/** What others said of feeds. */
interface Books {
  readonly book: HeadBook
  readonly haves: Pick<HaveBook, 'of'>
  readonly vouches: Pick<Vouches, 'of'>
  readonly copies: Pick<Copies, 'of'>
}

/** Own feeds first, then replicas, then those that were refused. */
export async function followedFeedsOf(
  local: LocalFeeds,
  selection: Pick<FeedSelection, 'all' | 'refused'>,
  { book, haves, vouches, copies }: Books,
): Promise<readonly FollowedFeed[]> {
  const { node, owner } = local
  const copiesOf = (key: string): FeedCopies => {
    const feed = local.get(key)
    return feed === undefined ? NO_COPIES : copies.of(feed)
  }
  const own = [
    ...node.ownFeeds().map((feed) => ownStatus(feed, 'own', owner)),
    ...node.formerFeeds().map((feed) => ownStatus(feed, 'former', owner)),
  ]
  return [
    ...(await Promise.all(own)),
    ...selection.all().map(replicaStatus),
    ...selection.refused().map(refusedStatus),
  ].map(({ offered, ...feed }) => ({
    ...feed,
    known: Math.max(offered, book.heads.longest(feed.key)?.length ?? 0),
    heads: book.heads.of(feed.key),
    vouchedBy: feed.why === 'vouched' ? voucherOf(vouches, feed.key) : null,
    statements: haves.of(feed.key).map(heardStatement),
    copies: copiesOf(feed.key),
    evidence: book.evidence.of(feed.key),
  }))
}

/** What is known of it without asking others, and the length at which it was offered, or is here. */
type Status = Omit<
  FollowedFeed,
  'known' | 'vouchedBy' | 'heads' | 'statements' | 'copies' | 'evidence'
> & {
  readonly offered: number
}

/** Of what is not here. */
const NO_COPIES: FeedCopies = { counted: 0, claims: 0, only: 0, peers: [] }

function voucherOf(vouches: Pick<Vouches, 'of'>, feed: string): Voucher | null {
  const found = vouches.of(feed)
  return found === undefined ? null : { peerId: found.peerId, until: found.until ?? null }
}

/** A function of the block: nobody who asks how a feed is has its owner verified again. */
const origins = new LRUCache<string, Origin>({ max: 1024 })

async function originOf(block: Uint8Array, feed: string): Promise<Origin> {
  const name = `${feed} ${Buffer.from(block).toString('latin1')}`
  const origin = origins.get(name) ?? (await decodeOrigin(block, feed))
  origins.set(name, origin)
  return origin
}

async function ownStatus(
  feed: OwnFeed | Replica,
  why: Extract<FollowReason, 'own' | 'former'>,
  self: string,
): Promise<Status> {
  const block = await feed.readData(0)
  const origin = block === undefined ? undefined : await originOf(block, feed.key)
  const { key, collection, length, bytes } = feed
  return {
    key,
    collection,
    owner: origin?.peerId ?? self,
    previous: origin?.previous ?? null,
    why,
    state: 'following',
    reason: null,
    length,
    downloaded: 'downloaded' in feed ? feed.downloaded : length,
    leftOut: 0,
    bytes,
    offered: length,
  }
}

function replicaStatus({ row, origin, replica, why, state, reason }: Followed): Status {
  const { length, downloaded, bytes } = replica
  return {
    key: row.key,
    collection: origin.collection,
    owner: origin.peerId,
    previous: origin.previous ?? null,
    why,
    state,
    reason: reason ?? null,
    length,
    downloaded,
    leftOut: replica.leftOut(),
    bytes,
    offered: length,
  }
}

function refusedStatus({ offer, why, reason }: Refused): Status {
  const { key, origin } = offer
  return {
    key,
    collection: origin.collection,
    owner: origin.peerId,
    previous: origin.previous ?? null,
    why,
    state: 'refused',
    reason,
    length: 0,
    downloaded: 0,
    leftOut: 0,
    bytes: 0,
    offered: offer.head.length,
  }
}
