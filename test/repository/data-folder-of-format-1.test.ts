import { cp } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { decodeDataBlock1 } from '../../src/feeds/format/block-1.ts'
import { formatOfFeed } from '../../src/feeds/format/block.ts'
import { expectSameWhenReindexed } from '../support/same-when-reindexed.ts'
import { openTestData, testConfig } from '../support/open-test-repository.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import expected from '../data/data-folder-of-format-1/expected.json' with { type: 'json' }

const SAVED = fileURLToPath(new URL('../data/data-folder-of-format-1', import.meta.url))

/** As a node left it that knew no other format: without what ties it to one disk. */
async function saved(): Promise<string> {
  const data = await temporaryDirectory()
  await cp(SAVED, data, { recursive: true })
  return data
}

const submissionOf = (text: string) => ({
  collection: 'debian',
  bytes: new TextEncoder().encode(text),
})

describe('a data folder whose own feed is of format 1', () => {
  test('opens, has what it had, and gives the receipts that it gave', async () => {
    const data = await saved()
    const { repository, ...opened } = await openTestData(data)
    await opened.caughtUp()
    for (const { id } of expected.receipts) expect(await repository.served(id)).toBeDefined()
    expect(await repository.submit(submissionOf(expected.known))).toEqual([
      { status: 'known', receipt: expected.receipts[0] },
    ])
    expect(await repository.withheld(expected.withheld)).toMatchObject({ code: 'privacy' })
    await expect(repository.submit(submissionOf(expected.gone))).rejects.toMatchObject({
      code: 'WITHHELD',
    })
    await opened.close()
  })

  test('goes on in that feed and that format, and a new collection begins with format 2', async () => {
    const data = await saved()
    const { collections } = await testConfig(data)
    const another = collections.map((one) => ({ ...one, name: `${one.name}-later` }))
    const opened = await openTestData(data, { collections: [...collections, ...another] })
    const feed = opened.ownFeeds().find(({ key }) => key === expected.feed)
    if (feed === undefined) throw new Error('it has another feed')
    const { length } = feed
    const [outcome] = await opened.repository.submit(submissionOf(expected.next))
    expect(outcome).toMatchObject({ status: 'accepted', receipt: { feed: feed.key } })
    const block = await feed.readData(length)
    expect(decodeDataBlock1(block ?? new Uint8Array())).toHaveLength(1)
    const formats = await Promise.all(
      opened.ownFeeds().map(async (own) => [own.collection, await formatOfFeed(own)]),
    )
    expect(Object.fromEntries(formats)).toMatchObject({ debian: 1, 'debian-later': 2 })
    await opened.close()
  })

  test('withholds out of its blocks as before, and can be indexed again beside feeds of format 2', async () => {
    const data = await saved()
    const opened = await openTestData(data)
    const [gone, ...left] = expected.receipts
    if (gone === undefined) throw new Error('nothing was in it')
    await opened.withhold({ ids: [gone.id] }, { reason: 'It is an error.', code: 'error' })
    await opened.repository.submit(submissionOf(expected.next))
    for (const { id } of left) expect(await opened.repository.served(id)).toBeDefined()
    await opened.close()
    await expectSameWhenReindexed(data)
  })
})
