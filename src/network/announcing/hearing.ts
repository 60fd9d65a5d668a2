/* What peers say, by gossip or catalog, and what this node says to them of what it holds. */
import type { PeerId } from '@libp2p/interface'
import type { Feed, OwnFeed, Replica } from '../../feeds/format/feed.ts'
import type { CatalogEntry, CatalogFrame } from '../frames/catalog-frame.ts'
import type { EvidenceBook } from '../heads/evidence-book.ts'
import type { Followed } from '../replication/followed.ts'
import type { Following } from '../replication/following-parts.ts'
import type { Heads } from '../heads/heads.ts'
import type { News } from './listener.ts'
import type { Neighbours } from './neighbours.ts'
import type { Offer } from '../frames/offer.ts'

export interface HearingParts {
  readonly heads: Heads
  readonly evidence: EvidenceBook
  readonly following: Following
  readonly neighbours: Neighbours
  readonly ownFeeds: () => readonly OwnFeed[]
  readonly formerFeeds: () => readonly Replica[]
  /** Somebody has more of an own feed, or another story. */
  readonly onLost: (feed: OwnFeed, confirmed: number) => Promise<void>
  readonly onError: (error: unknown) => void
}

export interface Hearing {
  /** Every head that comes, by whatever way, comes through here, and is verified. */
  readonly hear: (
    offer: Offer,
    by: { readonly via: string; readonly author: string; readonly vouched: boolean },
  ) => News
  readonly onFrame: (peer: PeerId, frame: CatalogFrame) => Promise<void>
  /** A feed that is here has grown: heads that were longer can be compared with it now. */
  readonly grown: (feed: Feed) => void
  /** There is evidence against a feed: an own one is written no more. */
  readonly refuted: (feed: string) => Promise<void>
  /** All that can be had from this node. */
  readonly entries: () => Promise<readonly CatalogEntry[]>
}

export function makeHearing(parts: HearingParts): Hearing {
  const { heads, evidence, following, neighbours, onError } = parts

  const hear: Hearing['hear'] = (offer, by) => {
    const { key, publicKey, head } = offer
    if (head.fork > 0) {
      const isNews = !evidence.has(key)
      evidence.fork(publicKey, head).catch(onError)
      if (!isNews) return 'old'
      return find(key) === undefined ? 'unknown-feed' : 'news'
    }
    const own = parts.ownFeeds().find((feed) => feed.key === key)
    const verdict = heads.hear(key, head, by.author)
    if (own !== undefined) hearOwn(own, head.length).catch(onError)
    else following.offer(offer, by)
    const here = find(key)
    if (here !== undefined) evidence.compare(here, publicKey, head).catch(onError)
    if (verdict !== 'longest') return 'old'
    return here === undefined ? 'unknown-feed' : 'news'
  }

  const find = (key: string): Feed | undefined =>
    parts.ownFeeds().find((feed) => feed.key === key) ?? following.get(key)?.replica ?? former(key)

  const former = (key: string): Replica | undefined =>
    parts.formerFeeds().find((feed) => feed.key === key)

  async function hearOwn(own: OwnFeed, length: number): Promise<void> {
    if (length > own.length) await parts.onLost(own, await confirmedLength(own))
  }

  /** What others have of an own feed as it is here. */
  async function confirmedLength(own: OwnFeed): Promise<number> {
    const shorter = heads.of(own.key).filter(({ length }) => length <= own.length)
    const lengths = await Promise.all(
      shorter.map(async ({ length, root }) => ((await own.root(length)) === root ? length : 0)),
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
    async refuted(feed) {
      const own = parts.ownFeeds().find(({ key }) => key === feed)
      if (own !== undefined) await parts.onLost(own, await confirmedLength(own))
    },
    async entries() {
      const own = [...parts.ownFeeds(), ...parts.formerFeeds()].map(ownEntry)
      return (await Promise.all([...own, ...following.all().map(replicaEntry)])).flat()
    },
  }
}

async function ownEntry(feed: Feed): Promise<readonly CatalogEntry[]> {
  if (feed.length === 0) return []
  const originBlock = await feed.readData(0)
  if (feed.publicKey === undefined || originBlock === undefined) return []
  return [{ publicKey: feed.publicKey, head: await feed.head(), originBlock, vouched: true }]
}

async function replicaEntry({ row, replica, why }: Followed): Promise<readonly CatalogEntry[]> {
  // after a conflict it is closed for a moment
  if (replica.length === 0 || !replica.has(0)) return []
  const { publicKey, originBlock } = row
  return [{ publicKey, head: await replica.head(), originBlock, vouched: why !== 'stranger' }]
}
