/* What this node tells its neighbours: who it is, all feeds that can be had from it, all evidence. */
import type { Feed } from '../../feeds/format/feed.ts'
import type { CatalogEntry } from '../frames/catalog-frame.ts'
import type { Hello } from '../frames/hello.ts'
import type { Exchange } from '../exchange/open-exchange.ts'
import type { PeerRecord } from '../exchange/peer-record.ts'
import type { HaveStatement } from '../frames/have-statement.ts'
import type { EvidenceBook } from '../heads/evidence-book.ts'
import type { HaveBook } from '../heads/have-book.ts'
import type { Followed } from '../replication/followed-replica.ts'
import type { LocalFeeds } from '../replication/local-feeds.ts'

/** As it is at this moment. */
export interface CatalogContents {
  readonly hello: Hello
  readonly entries: () => Promise<readonly CatalogEntry[]>
  readonly evidence: () => readonly Uint8Array[]
  /** What this node and others say that they have; for the second wire alone. */
  readonly statements: () => readonly HaveStatement[]
  /** Where that connected peer can find others; for the second wire alone. */
  readonly peers: (peerId: string) => readonly PeerRecord[]
}

/** What is told beside feeds. */
interface Books {
  readonly evidence: EvidenceBook
  readonly haves: Pick<HaveBook, 'statements'>
  readonly exchange: Pick<Exchange, 'recordsFor'>
}

export function catalogContents(
  hello: Hello,
  { node, replicas }: LocalFeeds,
  { evidence, haves, exchange }: Books,
): CatalogContents {
  return {
    hello,
    async entries() {
      const own = [...node.ownFeeds(), ...node.formerFeeds()].map(ownEntry)
      const others = [...replicas.byKey.values()].map(replicaEntry)
      return (await Promise.all([...own, ...others])).flat()
    },
    evidence: evidence.encoded,
    statements: haves.statements,
    peers: exchange.recordsFor,
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
