import { expect, onTestFinished, test } from 'vitest'
import { encodeEvidence, verified } from '../../../src/feeds/format/evidence.ts'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { openEvidenceBook } from '../../../src/network/heads/evidence-book.ts'
import { openState } from '../../../src/state/database.ts'
import { evidenceRows } from '../../../src/state/evidence.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** A feed of one writer that says this, whoever opens it. */
async function feedThatSays(text: string) {
  const store = await openFeedStore(await temporaryDirectory(), {
    peerId: 'unused',
    feedSeed: new Uint8Array(32).fill(9),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => store.close())
  const feed = await store.own('debian', 0)
  await feed.append([new TextEncoder().encode(text)])
  return feed
}

test('evidence is on the disk before it is told, whatever they do who are told of it', async () => {
  const state = await openState(await temporaryDirectory())
  onTestFinished(() => state.close())
  const [one, other] = [await feedThatSays('a story'), await feedThatSays('another')]
  const { publicKey } = one
  const heads = [await one.head(), await other.head()] as const
  const evidence = verified({ kind: 'two-roots', publicKey, heads })
  const faults: unknown[] = []
  const here = { owner: 'self', has: () => true }
  const onError = (error: unknown): void => void faults.push(error)
  const book = await openEvidenceBook(state, here, onError)
  const written: number[] = []
  book.found.subscribe(() => {
    throw new Error('who is told fails')
  })
  book.found.subscribe(async () => {
    written.push((await evidenceRows(state)).length)
  })
  await book.hear(encodeEvidence(evidence), 'teller')
  await expect.poll(() => written).toEqual([1])
  expect(faults).toEqual([new Error('who is told fails')])
  const again = await openEvidenceBook(state, here, onError)
  expect(again.of(one.key)).toMatchObject([{ kind: 'two-roots', peerId: 'teller' }])
})
