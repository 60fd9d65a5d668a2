// A node that does nothing but journal and append, in its own process: one line on stdout for every batch that may be acknowledged.
import { writeSync } from 'node:fs'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'
import { openJournal } from '../../src/state/journal.ts'
import { burstBlock } from './burst-block.ts'

const [directory = '', batches = '0'] = process.argv.slice(2)
const state = await openState(directory)
const identity = await openIdentity(state)
const journal = await openJournal(state)
const store = await openFeedStore(directory, identity)
const feed = await store.own('debian', 0)
for (let batch = 0; batch < Number(batches); batch++) {
  const first = feed.length
  const blocks = Array.from({ length: 1 + (batch % 7) }, (_, at) => burstBlock(first + at))
  await journal.write(blocks.map((block, at) => ({ feed: feed.key, sequence: first + at, block })))
  await feed.append(blocks)
  writeSync(1, `acknowledged ${feed.length}\n`)
  if (batch % 10 === 9) {
    const { length } = feed
    await store.flush()
    await journal.clear(feed.key, length)
  }
}
await store.close()
await state.close()
