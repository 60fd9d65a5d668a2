/*
 * Joins the rooms of this folder to one network: heads and offers come in by gossip and catalog, blocks by replication.
 * It is opened part by part, then started, then shown to the doors, and closed in the reverse order, also when its start fails.
 */
import { closeAll } from '../base/close-all.ts'
import type { NetworkView } from '../contract/following.ts'
import type { PeerBook } from '../contract/peer-book.ts'
import type { OwnFeed } from '../feeds/format/feed.ts'
import { followProgress } from './feed-progress.ts'
import { startHost } from './hosting/host.ts'
import type { NetworkParts } from './network-parts.ts'
import { makeReadiness } from './readiness.ts'
import { type Closing, type Opened, openModules } from './open-modules.ts'
import { viewOf } from './network-view.ts'
import { peerBook } from './peer-book.ts'

export interface Network {
  readonly view: NetworkView
  readonly book: PeerBook
  readonly close: () => Promise<void>
}

/**
 * Opens the parts of a network, joins them and starts them. Whoever opens it closes it, and before the stores that it was
 * given.
 * @throws ConfigError LISTEN_FAILED, SETTING_INVALID; StorageError DISK
 */
export async function openNetwork(node: NetworkParts): Promise<Network> {
  const closing: Closing = []
  try {
    const opened = await openModules(node, closing)
    connect(node, opened)
    const isReady = await start(node, opened, closing)
    const view = viewOf(node, opened, isReady)
    return { view, book: peerBook(opened), close: () => closeAll(closing) }
  } catch (error) {
    await closeAll(closing).catch(() => undefined)
    throw error
  }
}

/** What one part finds, the others are told of from here on. */
function connect({ feeds, logger }: NetworkParts, opened: Opened): void {
  const { replicas, evidence, book, peering, selection, catalog, intake, onError } = opened
  const { recovery, haves } = opened
  for (const feed of evidence.feeds())
    for (const { kind } of evidence.of(feed)) feeds.onEvidence?.(feed, kind)
  evidence.found.subscribe((feed, { kind }) => {
    logger.warn({ feed, kind }, 'the writer of a feed has told two stories')
    feeds.onEvidence?.(feed, kind)
    selection.reconsider()
    catalog.changed()
    recovery.renew(feed).catch(onError)
  })
  intake.behind.subscribe((feed) => void recovery.renew(feed).catch(onError))
  recovery.renewed.subscribe((former, feed) => {
    logger.warn(
      { old: former.key, feed: feed.key },
      'others have more of an own feed: another takes its place',
    )
    opened.announcer.remove(former.key)
    announce(opened, feed)
    catalog.changed()
  })
  replicas.changed.subscribe(catalog.changed)
  replicas.grown.subscribe(({ replica }) => {
    catalog.grown()
    book.grown(replica)
  })
  replicas.contradicted.subscribe(({ replica, row }, head) => {
    evidence.compare(replica, row.publicKey, head).catch(onError)
  })
  haves.news.subscribe(catalog.grown)
  opened.exchange.news.subscribe(catalog.grown)
  peering.changed.subscribe(selection.reconsider)
  peering.changed.subscribe(opened.copies.changed)
}

function announce({ announcer, catalog, copies }: Opened, feed: OwnFeed): void {
  announcer.add(feed)
  catalog.watch(feed)
  copies.watch(feed)
}

/**
 * @returns whether this node is ready
 * @throws ConfigError LISTEN_FAILED; StorageError DISK
 */
async function start(
  { settings, feeds, disk, wasReady = false, reconsiderEvery }: NetworkParts,
  opened: Opened,
  closing: Closing,
): Promise<() => boolean> {
  const { host, gossip, peering, selection, recovery, validator, neighbours } = opened
  await selection.start(reconsiderEvery)
  // what was here before is asked for as soon as somebody calls this node ready
  const isReady = wasReady
    ? (): boolean => true
    : makeReadiness(peering, neighbours, followProgress(selection, feeds, opened.onError))
  await startHost(host, settings)
  gossip.start(validator.validate)
  closing.push(async () => gossip.close())
  for (const feed of feeds.ownFeeds()) announce(opened, feed)
  recovery.followFormer()
  opened.haves.start()
  opened.copies.start()
  peering.start()
  opened.isolation.start()
  await opened.exchange.start()
  const stopDisk = disk?.onChanged(() => {
    selection.reconsider()
    recovery.followFormer()
  })
  closing.push(async () => stopDisk?.())
  return isReady
}
