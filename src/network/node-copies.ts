/* Who else has the feeds here: what peers are asked, what they are answered, and who counts, opened, started and closed as one. */
import { peerIdFromString } from '@libp2p/peer-id'
import type { Feed, OwnFeed } from '../feeds/format/feed.ts'
import type { Neighbours } from './announcing/neighbours.ts'
import { makeCheckRounds } from './copies/check-rounds.ts'
import type { Claim } from './copies/choose-blocks.ts'
import { type Copies, makeCopies } from './copies/copies.ts'
import { countingPeers } from './copies/counting-peers.ts'
import { openCheckBook } from './copies/open-check-book.ts'
import { readBack } from './copies/read-back.ts'
import { openReadBackDoor } from './copies/read-back-door.ts'
import { READ_BACK } from './frames/read-back.ts'
import type { HaveBook } from './heads/have-book.ts'
import type { Host } from './hosting/host.ts'
import type { RemotePeers } from './hosting/remote-peers.ts'
import { remoteShare } from './hosting/remote-share.ts'
import type { NetworkParts } from './network-parts.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'
import { vouchedOwners } from './replication/vouched-owners.ts'

export interface NodeCopies extends Copies {
  /** Peers are asked from now on. */
  readonly start: () => void
  /** Other peers may count now. */
  readonly changed: () => void
  /** Asks peers for what is appended to a feed, as soon as they can have it. */
  readonly watch: (feed: OwnFeed) => void
  readonly close: () => Promise<void>
}

interface Opened {
  readonly host: Host
  readonly peers: RemotePeers
  readonly local: LocalFeeds
  readonly haves: HaveBook
  readonly neighbours: Neighbours
  readonly onError: (error: unknown) => void
}

/** How often what is of no use any more is dropped, in milliseconds. */
const EXPIRY = 3_600_000

/**
 * Peers are answered from now on, and asked once it is started. The network closes it.
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openNodeCopies(node: NetworkParts, opened: Opened): Promise<NodeCopies> {
  const { feeds: nodeFeeds, identity, settings } = node
  const { host, peers, local, haves, neighbours, onError } = opened
  const now = Date.now
  const book = await openCheckBook(node.state, { now, onError })
  const vouched = vouchedOwners(local.replicas, now)
  const counting = countingPeers({
    operators: settings.copiesOf ?? [],
    isNamed: peers.isNamed,
    isVouched: vouched.has,
  })
  const copies = makeCopies({
    haves,
    book,
    counting,
    self: identity.peerId,
    nameOf: (peerId) => neighbours.of(peerId)?.hello?.name,
    now,
  })
  const feeds = (): readonly Feed[] =>
    [
      ...nodeFeeds.ownFeeds(),
      ...nodeFeeds.formerFeeds(),
      ...[...local.replicas.byKey.values()].map(({ replica }) => replica),
    ].filter(({ length }) => length > 0)
  const answering = new Set<string>()
  const rounds = makeCheckRounds({
    feeds,
    isWritten: (key) => local.written(key) !== undefined,
    answering: () => [...answering],
    counts: counting.counts,
    claimOf: (feed, peerId) => claimOf(feed, peerId, { haves, neighbours }),
    shareOf: (peerId) => shareOf(host, peerId),
    readBack: (peerId, asked) => readBack({ host, peers }, peerId, asked),
    book,
    onLook: () => copies.look(feeds()),
    onError,
    now,
  })
  const door = await openReadBackDoor(
    host,
    { get: local.get, withheld: (key) => nodeFeeds.withheld(key) },
    peers,
  )
  const topology = await host.register(READ_BACK, {
    onConnect(peerId) {
      answering.add(peerId.toString())
      rounds.changed()
    },
    onDisconnect: (peerId) => void answering.delete(peerId.toString()),
  })
  const expiry = setInterval(() => book.expire(local.has), EXPIRY)
  expiry.unref()
  const stops: (() => void)[] = []
  return {
    ...copies,
    start: rounds.start,
    changed: rounds.changed,
    watch: (feed) => void stops.push(feed.onChanged(() => rounds.grown(feed.key))),
    async close() {
      for (const stop of stops) stop()
      clearInterval(expiry)
      host.unregister(topology)
      await door.close()
      await rounds.close()
      await book.close()
    },
  }
}

/** What it signed; as long as it has signed nothing, how long the feed is that it offers. */
function claimOf(
  feed: string,
  peerId: string,
  { haves, neighbours }: Pick<Opened, 'haves' | 'neighbours'>,
): Claim | undefined {
  const said = haves.by(feed, peerId)
  if (said !== undefined) return { length: said.length, lacking: said.lacking, isSigned: true }
  const length = neighbours.of(peerId)?.holds.get(feed)
  return length === undefined ? undefined : { length, lacking: [], isSigned: false }
}

function shareOf(host: Host, peerId: string): string {
  const [connection] = host.getConnections(peerIdFromString(peerId))
  return connection === undefined ? peerId : remoteShare(connection.remoteAddr)
}
