/* What peers say, by gossip or catalog: every head that comes, by whatever way, comes through here. */
import type { PeerId } from '@libp2p/interface'
import type { Feed, OwnFeed } from '../../feeds/format/feed.ts'
import type { CatalogFrame } from '../frames/catalog-frame.ts'
import type { Offer } from '../frames/offer.ts'
import type { EvidenceBook } from '../heads/evidence-book.ts'
import type { Heads } from '../heads/heads.ts'
import type { FeedsHere } from '../replication/feeds-here.ts'
import type { Following } from '../replication/following.ts'
import type { NodeFeeds } from '../replication/node-feeds.ts'
import type { Neighbours } from './neighbours.ts'
import type { OwnFeeds } from './own-feeds.ts'

/** What a verified announcement is to this node. */
export type News = 'news' | 'old' | 'unknown-feed'

export interface HeadIntakeParts {
  readonly heads: Heads
  readonly evidence: EvidenceBook
  readonly following: Following
  readonly neighbours: Neighbours
  readonly feeds: Pick<NodeFeeds, 'ownFeeds'>
  readonly here: FeedsHere
  readonly own: OwnFeeds
  readonly onError: (error: unknown) => void
}

export interface HeadIntake {
  /** Its head is verified. @param by `via`: who delivered it; `author`: who announced it */
  readonly hear: (
    offer: Offer,
    by: { readonly via: string; readonly author: string; readonly vouched: boolean },
  ) => News
  readonly onFrame: (peer: PeerId, frame: CatalogFrame) => Promise<void>
  /** It has told all that it had to. */
  readonly onTold: (peer: PeerId) => void
  /** It is not connected any more. */
  readonly onGone: (peer: PeerId) => void
  /** A feed that is here has grown: heads that were longer can be compared with it now. */
  readonly grown: (feed: Feed) => void
  /** There is evidence against a feed: an own one is written no more. */
  readonly refuted: (feed: string) => Promise<void>
}

export function makeHeadIntake(parts: HeadIntakeParts): HeadIntake {
  const { heads, evidence, following, neighbours, feeds, here, own, onError } = parts
  const ownFeed = (key: string): OwnFeed | undefined =>
    feeds.ownFeeds().find((feed) => feed.key === key)

  const hear: HeadIntake['hear'] = (offer, by) => {
    const { key, publicKey, head } = offer
    if (head.fork > 0) {
      const isNews = !evidence.has(key)
      evidence.fork(publicKey, head).catch(onError)
      if (!isNews) return 'old'
      return here.get(key) === undefined ? 'unknown-feed' : 'news'
    }
    const mine = ownFeed(key)
    const verdict = heads.hear(key, head, by.author)
    if (mine !== undefined) hearOwn(mine, head.length).catch(onError)
    else following.offer(offer, by)
    const feed = here.get(key)
    if (feed !== undefined) evidence.compare(feed, publicKey, head).catch(onError)
    if (verdict !== 'longest') return 'old'
    return feed === undefined ? 'unknown-feed' : 'news'
  }

  async function hearOwn(feed: OwnFeed, length: number): Promise<void> {
    if (length > feed.length) await own.lost(feed, await confirmedLength(feed))
  }

  /** What others have of an own feed as it is here. */
  async function confirmedLength(feed: OwnFeed): Promise<number> {
    const shorter = heads.of(feed.key).filter(({ length }) => length <= feed.length)
    const lengths = await Promise.all(
      shorter.map(async ({ length, root }) => ((await feed.root(length)) === root ? length : 0)),
    )
    return Math.max(0, ...lengths)
  }

  return {
    hear,
    async onFrame(peer, frame) {
      const via = peer.toString()
      if (frame.kind === 'hello') neighbours.hello(via, frame.hello)
      if (frame.kind === 'evidence') await evidence.hear(frame.evidence, via)
      if (frame.kind !== 'offers') return
      for (const entry of frame.entries) {
        neighbours.holds(via, entry.key, entry.head.length)
        hear(entry, { via, author: via, vouched: entry.vouched })
      }
    },
    grown(feed) {
      const { publicKey } = feed
      if (publicKey === undefined) return
      for (const head of heads.of(feed.key))
        if (head.length <= feed.length) evidence.compare(feed, publicKey, head).catch(onError)
    },
    onTold: (peer) => neighbours.hasTold(peer.toString()),
    onGone: (peer) => neighbours.forget(peer.toString()),
    async refuted(key) {
      const feed = ownFeed(key)
      if (feed !== undefined) await own.lost(feed, await confirmedLength(feed))
    },
  }
}
