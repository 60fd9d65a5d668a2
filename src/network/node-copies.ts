/* Who else has the feeds here: what peers are asked, what they are answered, and who counts, opened, started and closed as one. */
import type { OwnFeed } from '../feeds/format/feed.ts'
import type { Neighbours } from './announcing/neighbours.ts'
import { openAnsweringPeers } from './copies/answering-peers.ts'
import { makeCheckRounds } from './copies/check-rounds.ts'
import type { Claims } from './copies/check-tasks.ts'
import { type Copies, makeCopies } from './copies/copies.ts'
import { countingPeers } from './copies/counting-peers.ts'
import { openCheckBook } from './copies/open-check-book.ts'
import { openReadBackDoor } from './copies/read-back-door.ts'
import { type CopiesWatch, watchCopies } from './copies-watch.ts'
import type { HaveBook } from './heads/have-book.ts'
import type { Host } from './hosting/host.ts'
import type { RemotePeers } from './hosting/remote-peers.ts'
import type { NetworkParts } from './network-parts.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'
import { vouchedOwners } from './replication/vouched-owners.ts'

export interface NodeCopies extends Copies, Pick<CopiesWatch, 'few' | 'onChanged'> {
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
  const { feeds: nodeFeeds, settings } = node
  const { host, peers, local, haves, neighbours, onError } = opened
  const now = Date.now
  const book = await openCheckBook(node.state, now, onError)
  const owners = vouchedOwners(local.replicas, now)
  const counting = countingPeers(settings.copiesOf ?? [], peers, owners)
  const copies = makeCopies({ haves, book, counting, neighbours }, peers.self, now)
  const changes = watchCopies(local, copies, { wanted: settings.minCopies ?? 0, onFault: onError })
  const answering = await openAnsweringPeers(host, peers, onError)
  const look: Copies['look'] = (feeds) => {
    copies.look(feeds)
    changes.look()
  }
  const claims = claimsOf({ haves, neighbours })
  const rounds = makeCheckRounds(
    answering,
    { feeds: local, claims, book, counting, copies: { look } },
    { now, onError },
  )
  answering.come.subscribe(rounds.changed)
  const door = await openReadBackDoor(
    host,
    { get: local.get, withheld: (key) => nodeFeeds.withheld(key) },
    peers,
  )
  const expiry = setInterval(() => book.expire(local.has), EXPIRY)
  expiry.unref()
  const stops: (() => void)[] = []
  return {
    ...copies,
    few: changes.few,
    onChanged: changes.onChanged,
    start: rounds.start,
    changed: rounds.changed,
    watch: (feed) => void stops.push(feed.onChanged(() => rounds.grown(feed.key))),
    async close() {
      for (const stop of stops) stop()
      clearInterval(expiry)
      answering.close()
      await door.close()
      await rounds.close()
      await book.close()
    },
  }
}

/** What it signed; as long as it has signed nothing, how long the feed is that it offers. */
const claimsOf = ({ haves, neighbours }: Pick<Opened, 'haves' | 'neighbours'>): Claims => ({
  of(feed, peerId) {
    const said = haves.by(feed, peerId)
    if (said !== undefined) return { length: said.length, lacking: said.lacking, isSigned: true }
    const length = neighbours.of(peerId)?.holds.get(feed)
    return length === undefined ? undefined : { length, lacking: [], isSigned: false }
  },
})
