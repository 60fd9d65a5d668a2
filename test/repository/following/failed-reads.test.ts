import { expect, onTestFinished, test } from 'vitest'
import { namedOperators } from '../../../src/certification/agreement/named-operators.ts'
import { toBlocks } from '../../../src/feeds/format/blocks.ts'
import type { WithholdingEntry } from '../../../src/feeds/format/withholding.ts'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { beginBatch } from '../../../src/indexes/batch.ts'
import { openIndexes } from '../../../src/indexes/database.ts'
import { followCertifications, followKey } from '../../../src/repository/following/follow-block.ts'
import { followWithholding } from '../../../src/repository/following/follow-withholding.ts'
import { openKeyring } from '../../../src/repository/keys/keyring.ts'
import { openKeyringFiles } from '../../../src/repository/keys/keyring-files.ts'
import { openWithheld } from '../../../src/repository/tombstones/withheld.ts'
import { openVerificationPool } from '../../../src/repository/verification/verification-pool.ts'
import { openState } from '../../../src/state/database.ts'
import { peerOf } from '../../support/haves.ts'
import { originOf } from '../../support/origin-of.ts'
import { readSubmitted } from '../../support/read-submitted.ts'
import { signed } from '../../support/submission.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const NOBODY = namedOperators([], [])

const fail = (error: unknown): never => {
  throw error
}

/** Indexes that could be read until now. */
async function unreadable() {
  const indexes = await openIndexes(await temporaryDirectory())
  onTestFinished(() => indexes.close())
  const batch = beginBatch(indexes)
  await indexes.level.close()
  onTestFinished(() => indexes.level.open())
  return { indexes, batch }
}

async function examiners() {
  const { indexes, batch } = await unreadable()
  const pool = openVerificationPool(0)
  onTestFinished(() => pool.close())
  const state = await openState(await temporaryDirectory())
  onTestFinished(() => state.close())
  const reading = {
    keyring: openKeyring(indexes, await openKeyringFiles([], pool), pool),
    pool,
    withheld: await openWithheld(state, fail),
    namedOperators: () => NOBODY,
    now: Date.now,
  }
  return { batch, reading }
}

const PLACE = { collection: 'debian', dialect: 'debian', sequence: 1, position: 0 } as const

test('a certification is not refused for indexes that cannot be read', async () => {
  const { batch, reading } = await examiners()
  const { certification: entry } = await readSubmitted(await signed({}))
  const located = [{ ...PLACE, feed: 'aa'.repeat(32), entry }]
  await expect(followCertifications(batch, located, reading)).rejects.toThrow()
})

test('nor is a key', async () => {
  const { batch, reading } = await examiners()
  const { key: entry } = await readSubmitted(await signed({}))
  const located = { ...PLACE, feed: 'aa'.repeat(32), entry }
  await expect(followKey(batch, located, reading)).rejects.toMatchObject({ code: 'DISK' })
})

test('nor what a feed says of a block that it cleared', async () => {
  const store = await openFeedStore(await temporaryDirectory(), {
    ...(await peerOf(1)),
    feedSeed: new Uint8Array(32).fill(5),
  })
  onTestFinished(() => store.close())
  const feed = await store.own('debian', 0)
  const [gone, other] = await Promise.all(
    ['1', '2'].map(async (version) => {
      const { certification, facts } = await readSubmitted(await signed({ version }))
      return { entry: certification, facts }
    }),
  )
  if (gone === undefined || other === undefined) throw new Error('too few')
  const both = await toBlocks([gone, other], 2)
  const again = await toBlocks([other], 2)
  const at = (both[0]?.entries ?? []).indexOf(gone.entry)
  const entry: WithholdingEntry = {
    kind: 'withholding',
    id: gone.entry.id,
    reason: 'it says so',
    code: 'error',
    at: 1,
    cleared: { sequence: 1, position: at },
    moves: [{ from: { sequence: 1, position: 1 - at }, to: { sequence: 3, position: 0 } }],
  }
  const pairs = [...both, ...again, ...(await toBlocks([{ entry }], 2))]
  await feed.append([
    await originOf(feed.key, 2),
    ...pairs.flatMap(({ data, index }) => [data, index]),
  ])
  const { batch } = await unreadable()
  const located = { ...PLACE, feed: feed.key, sequence: 5, entry }
  await expect(followWithholding(batch, located, feed)).rejects.toMatchObject({ code: 'DISK' })
})
