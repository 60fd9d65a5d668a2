// A node that does nothing but write its own feed, in its own process: one line on stdout for every batch that may be acknowledged.
import { writeSync } from 'node:fs'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { makeJournaled } from '../../src/repository/own-feeds/journaled.ts'
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
const journaled = makeJournaled(journal, async () => {
  const { length } = feed
  await store.flush()
  await journal.clear(feed.key, length)
})
for (let batch = 0; batch < Number(batches); batch++) {
  const first = feed.length
  const blocks = Array.from({ length: 1 + (batch % 7) }, (_, at) => burstBlock(first + at))
  await journaled.append([{ feed, blocks }])
  writeSync(1, `acknowledged ${feed.length}\n`)
  if (batch % 10 === 9) await journaled.settle()
}
await store.close()
await state.close()
