/* Strangers who tell a node of feeds of their own, as many as they like. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import type { OwnFeed } from '../../src/feeds/format/feed.ts'
import { openLogger } from '../../src/base/logger.ts'
import { openNetwork } from '../../src/network/open-network.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'

const NONE = { strangerBytes: 0, strangerFeeds: 0, peerFeeds: 0 }

export async function openTellers(
  { address, folder }: { readonly address: string; readonly folder: string },
  { count, feeds, from }: { readonly count: number; readonly feeds: number; readonly from: string },
): Promise<void> {
  for (let at = 0; at < count; at += 1) await openTeller(join(folder, `teller-${at}`))

  async function openTeller(data: string): Promise<void> {
    mkdirSync(data, { recursive: true })
    const state = await openState(data)
    const identity = await openIdentity(state)
    const store = await openFeedStore(data, identity)
    const own: OwnFeed[] = []
    for (let generation = 0; generation < feeds; generation += 1) {
      const feed = await store.own('debian', generation)
      // a feed that has nothing but its origin gives way to a newcomer
      await feed.append([
        await store.originBlock(feed, { format: 1, dialect: 'debian' }),
        ...Array.from({ length: 4 }, () => new Uint8Array(100)),
      ])
      own.push(feed)
    }
    await openNetwork({
      settings: {
        listen: [],
        anyPort: false,
        announce: [],
        peers: [address],
        follow: 'listed',
        feeds: [],
        mdns: false,
        readyNeedsPeers: false,
        connections: 0,
        quotas: { ...NONE, feedBytesPerHour: 1, feedEntriesPerHour: 1, totalBytes: 0 },
      },
      dialFrom: from,
      identity,
      store,
      state,
      keptPeers: {
        list: async () => [],
        add: async () => undefined,
        remove: async () => undefined,
      },
      dialects: new Map([['debian', 'debian']]),
      publicUrl: undefined,
      readOnly: false,
      feeds: {
        ownFeeds: () => own,
        formerFeeds: () => [],
        addReplica: async () => undefined,
        rubbish: async () => 0,
        seconded: async () => 0,
        position: () => 0,
        withheld: async () => [],
        isWithheld: () => false,
        renew: async () => undefined,
      },
      logger: openLogger('silent'),
    })
  }
}
