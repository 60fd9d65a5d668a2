/*
 * A node's network without its repository: it copies what the peer at an address has and reads nothing of it.
 * `FOLDER ADDRESS BLOCKS`: says the seconds until so many blocks are here, and ends.
 */
// oxlint-disable-next-line import/no-unassigned-import -- first of all
import '../../src/base/node20.ts'
import { DEFAULT_COLLECTIONS } from '../../src/config/collections.ts'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { openLogger } from '../../src/base/logger.ts'
import { openNetwork } from '../../src/network/open-network.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'

const [folder = '', address = '', blocks] = process.argv.slice(2)
const GIBIBYTE = 1024 ** 3
const quotas = {
  strangerBytes: GIBIBYTE,
  strangerFeeds: 256,
  peerFeeds: 1024,
  feedBytesPerHour: 64 * GIBIBYTE,
  feedEntriesPerHour: 1_000_000_000,
  totalBytes: 0,
}

const from = performance.now()
const state = await openState(folder)
const identity = await openIdentity(state)
const store = await openFeedStore(folder, identity)
const network = await openNetwork({
  settings: {
    listen: [],
    anyPort: false,
    announce: [],
    peers: [address],
    follow: 'open',
    feeds: [],
    mdns: false,
    readyNeedsPeers: false,
    connections: 0,
    quotas,
  },
  identity,
  store,
  state,
  keptPeers: { list: async () => [], add: async () => undefined, remove: async () => undefined },
  dialects: new Map(DEFAULT_COLLECTIONS.map(({ name, dialect }) => [name, dialect])),
  publicUrl: undefined,
  readOnly: true,
  feeds: {
    ownFeeds: () => [],
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
const count = async (): Promise<number> =>
  (await network.view.feeds()).reduce((sum, { downloaded }) => sum + downloaded, 0)
while ((await count()) < Number(blocks)) await new Promise((resolve) => setTimeout(resolve, 20))
process.stdout.write(`${(performance.now() - from) / 1000}\n`)
process.exit(0)
