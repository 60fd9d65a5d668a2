// Writes until the disk refuses: run it where a file cannot grow beyond a limit. Prints how many blocks were acknowledged, and two refusals.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { CountersignError } from '../../src/base/errors.ts'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { openIndexes } from '../../src/indexes/database.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'
import { openJournal } from '../../src/state/journal.ts'
import { burstBlock } from './burst-block.ts'

const [directory = '', place = ''] = process.argv.slice(2)
const state = await openState(directory)
const identity = await openIdentity(state)
const journal = await openJournal(state)
const store = await openFeedStore(directory, identity)
const feed = await store.own('debian', 0)
const indexes = place === 'index' ? await openIndexes(join(directory, 'indexes')) : undefined

/** @returns what it was refused with */
async function submit(sequence: number): Promise<string | undefined> {
  const block = burstBlock(sequence)
  try {
    await journal.write([{ feed: feed.key, sequence, block }])
    if (place === 'feed') await feed.append([block])
    const rows = [0, 1].map((half) => ({ key: Uint8Array.of(half, sequence), value: block }))
    await indexes?.write(rows)
  } catch (error) {
    return error instanceof CountersignError ? `${error.code}: ${error.message}` : String(error)
  }
  return undefined
}

let acknowledged = 0
let refused = await submit(0)
while (refused === undefined && acknowledged < 2_000) refused = await submit(++acknowledged)
const next = await submit(acknowledged)
writeSync(1, [acknowledged, refused, next].join('\n'))
process.exit(0)
