/* A peer that writes so many feeds: `FOLDER COUNT BLOCKS`; says its address on stdout. */
// oxlint-disable-next-line import/no-unassigned-import -- first of all
import '../../src/base/node20.ts'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import type { OwnFeed } from '../../src/feeds/format/feed.ts'
import { openLogger } from '../../src/base/logger.ts'
import { openNetwork } from '../../src/network/open-network.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'

const [folder = '', count, blocks] = process.argv.slice(2)
const state = await openState(folder)
const identity = await openIdentity(state)
const store = await openFeedStore(folder, identity)
const feeds: OwnFeed[] = []
for (let generation = 0; generation < Number(count); generation += 1) {
  const feed = await store.own('debian', generation)
  const origin = await store.originBlock(feed, { format: 1, dialect: 'debian' })
  // of no use to anybody, but as many as a small feed has
  const others = Array.from({ length: Number(blocks) }, () => new Uint8Array(100))
  await feed.append([origin, ...others])
  feeds.push(feed)
}
const none = { strangerBytes: 0, strangerFeeds: 0, peerFeeds: 0 }
const network = await openNetwork({
  settings: {
    listen: ['/ip4/127.0.0.1/tcp/0'],
    anyPort: false,
    announce: [],
    peers: [],
    follow: 'listed',
    feeds: [],
    mdns: false,
    readyNeedsPeers: false,
    connections: 0,
    quotas: { ...none, feedBytesPerHour: 1, feedEntriesPerHour: 1, totalBytes: 0 },
  },
  identity,
  store,
  state,
  keptPeers: { list: async () => [], add: async () => undefined, remove: async () => undefined },
  dialects: new Map([['debian', 'debian']]),
  publicUrl: undefined,
  readOnly: false,
  feeds: {
    ownFeeds: () => feeds,
    formerFeeds: () => [],
    addReplica: async () => undefined,
    rubbish: async () => 0,
    seconded: async () => 0,
    position: () => 0,
    withheld: async () => [],
    isWithheld: () => false,
    renew: async () => undefined,
  },
  logger: openLogger('error'),
})
process.stdout.write(`${network.view.addresses()[0] ?? ''}\n`)
