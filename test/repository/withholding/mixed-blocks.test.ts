import { describe, expect, test } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import type { Receipt, SubmitOutcome } from '../../../src/contract/submission.ts'
import { grouped } from '../../../src/base/grouped.ts'
import { decodeIndexBlock } from '../../../src/feeds/format/block.ts'
import type { OwnFeed } from '../../../src/feeds/format/feed.ts'
import type { OpenRepository } from '../../../src/repository/opened-repository.ts'
import { debianText } from '../../support/debian-text.ts'
import { expectSameWhenReindexed } from '../../support/same-when-reindexed.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const REASON = { reason: 'It names a person.', code: 'privacy' } as const
const REBUILDERS = 11
const EACH = 12
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Signed {
  readonly text: string
  readonly by: string
  readonly receipt: Receipt
}

interface Filled {
  readonly data: string
  readonly opened: OpenRepository
  readonly feed: OwnFeed
  readonly all: readonly Signed[]
}

function receiptOf([outcome]: readonly SubmitOutcome[]): Receipt {
  if (outcome === undefined || !('receipt' in outcome)) throw new Error('it waits')
  return outcome.receipt
}

/** A node that was given certifications of eleven rebuilders at once: no key has enough of them for a block of its own. */
async function filled(): Promise<Filled> {
  const data = await temporaryDirectory()
  const opened = await openTestData(data)
  const signers = await Promise.all(Array.from({ length: REBUILDERS }, () => rebuilder()))
  for (const { publicKey } of signers)
    await opened.repository.addKeys(bytes(armorPublicKey(publicKey.bytes)))
  const texts = await Promise.all(
    Array.from({ length: REBUILDERS * EACH }, async (_, at) => {
      const signer = signers[at % REBUILDERS]
      if (signer === undefined) throw new Error('nobody signs')
      const text = await clearsign(debianText({ source: `hello${at}` }), [signer])
      return { text, by: signer.publicKey.fingerprint }
    }),
  )
  const all = await Promise.all(
    texts.map(async (one) => ({
      ...one,
      receipt: receiptOf(
        await opened.repository.submit({ collection: 'debian', bytes: bytes(one.text) }),
      ),
    })),
  )
  const feed = opened.ownFeeds().find(({ key }) => key === all[0]?.receipt.feed)
  if (feed === undefined) throw new Error('nothing was taken')
  return { data, opened, feed, all }
}

/** The fullest data block. */
function fullestOf(all: readonly Signed[]): readonly Signed[] {
  const blocks = grouped(all, ({ receipt }) => receipt.sequence)
  const [fullest = []] = [...blocks.values()].toSorted((one, other) => other.length - one.length)
  return fullest
}

/** How many entries of which kind each data block from there on has. */
async function writtenFrom(feed: OwnFeed, sequence: number): Promise<readonly string[]> {
  const written: string[] = []
  for (let at = sequence + 1; at < feed.length; at += 2) {
    const index = await feed.readData(at)
    const rows = index === undefined ? [] : decodeIndexBlock(index)
    written.push(`${rows.length} ${rows[0]?.kind}`)
  }
  return written
}

/** What is left is as it was, with its receipts, also in indexes that are built again. */
async function expectLeft({ data, opened, all }: Filled, gone: ReadonlySet<string>): Promise<void> {
  const left = all.filter(({ receipt }) => !gone.has(receipt.id))
  expect((await opened.repository.status()).collections[0]?.certifications).toBe(left.length)
  for (const { text, receipt } of left)
    expect(await opened.repository.submit({ collection: 'debian', bytes: bytes(text) })).toEqual([
      { status: 'known', receipt },
    ])
  for (const id of gone) expect(await opened.repository.served(id)).toBeUndefined()
  await opened.close()
  await expectSameWhenReindexed(data)
}

describe('withholding out of blocks with certifications of many keys', () => {
  test('one of a block: the others are appended again, in one block', async () => {
    const node = await filled()
    const block = fullestOf(node.all)
    const [gone] = block
    if (gone === undefined) throw new Error('no block')
    expect(new Set(block.map(({ by }) => by)).size).toBeGreaterThan(1)
    expect(block.length).toBeGreaterThan(2)
    const { length } = node.feed
    await node.opened.withhold({ ids: [gone.receipt.id] }, REASON)
    expect(await writtenFrom(node.feed, length)).toEqual([
      `${block.length - 1} certification`,
      '1 withholding',
    ])
    await expectLeft(node, new Set([gone.receipt.id]))
  })

  test('all of a block: nothing is appended again', async () => {
    const node = await filled()
    const ids = fullestOf(node.all).map(({ receipt }) => receipt.id)
    const { length } = node.feed
    await node.opened.withhold({ ids }, REASON)
    expect(await writtenFrom(node.feed, length)).toEqual([`${ids.length} withholding`])
    await expectLeft(node, new Set(ids))
  })

  test('all of one rebuilder: the others of all blocks together fill blocks', async () => {
    const node = await filled()
    const by = node.all[0]?.by ?? ''
    const gone = node.all.filter((one) => one.by === by).map(({ receipt }) => receipt)
    const touched = new Set(gone.map(({ sequence }) => sequence))
    const others = node.all.filter(
      ({ receipt }) => touched.has(receipt.sequence) && !gone.includes(receipt),
    ).length
    const { length } = node.feed
    await node.opened.withhold({ rebuilder: by }, REASON)
    const blocks = await writtenFrom(node.feed, length)
    const again = blocks.slice(0, -1).map((one) => Number.parseInt(one, 10))
    expect(again.reduce((sum, count) => sum + count, 0)).toBe(others)
    // of these texts 42 come to 256 KiB
    for (const count of again.slice(0, -1)) expect(count).toBeGreaterThan(40)
    expect(blocks.at(-1)).toBe(`${EACH} withholding`)
    await expectLeft(node, new Set(gone.map(({ id }) => id)))
  })
})
