import { cp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import type { OwnFeed } from '../../../src/feeds/format/feed.ts'
import type { Head } from '../../../src/feeds/format/head.ts'
import { type JournaledBlock, replay } from '../../../src/feeds/store/replay.ts'
import { type Journaled, makeJournaled } from '../../../src/repository/own-feeds/journaled.ts'
import { openState } from '../../../src/state/database.ts'
import { openIdentity } from '../../../src/state/identity.ts'
import { type Journal, openJournal } from '../../../src/state/journal.ts'
import { burstBlock } from '../../support/burst-block.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

interface Opened {
  readonly feed: OwnFeed
  readonly journal: Journal
  readonly journaled: Journaled
  readonly close: () => Promise<void>
}

async function opened(directory: string): Promise<Opened> {
  const state = await openState(directory)
  const store = await openFeedStore(directory, await openIdentity(state))
  const [feed, journal] = [await store.own('debian', 0), await openJournal(state)]
  return {
    feed,
    journal,
    journaled: makeJournaled(journal, async () => {
      const { length } = feed
      await store.flush()
      await journal.clear(feed.key, length)
    }),
    close: async () => {
      await store.close()
      await state.close()
    },
  }
}

const nextBlocks = ({ length }: OwnFeed, count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, at) => burstBlock(length + at))

const submit = ({ feed, journaled }: Opened, count: number): Promise<void> =>
  journaled.append([{ feed, blocks: nextBlocks(feed, count) }])

const heads = async (feed: OwnFeed): Promise<readonly Head[]> =>
  Promise.all(Array.from({ length: feed.length }, (_, at) => feed.head(at + 1)))

/** A copied store refuses to open: the file that says so is left out. */
async function copyFeeds(from: string, to: string): Promise<void> {
  await rm(join(to, 'feeds'), { recursive: true, force: true })
  await cp(join(from, 'feeds'), join(to, 'feeds'), { recursive: true })
  await rm(join(to, 'feeds', 'CORESTORE'), { force: true })
}

async function expectSame(directory: string, before: readonly Head[]): Promise<number> {
  const node = await opened(directory)
  try {
    const { feed, journal } = node
    const lost = before.length - feed.length
    expect(await replay(journal.rows(feed.key), feed)).toBe(lost)
    for (let at = 0; at < before.length; at++)
      expect(await feed.readData(at)).toEqual(burstBlock(at))
    expect(await heads(feed)).toEqual(before)
    expect(await replay(journal.rows(feed.key), feed)).toBe(0)
    return lost
  } finally {
    await node.close()
  }
}

describe('power loss', () => {
  test('that takes everything since the last flush is undone from the journal, head for head', async () => {
    const directory = await temporaryDirectory()
    const [live, after] = [join(directory, 'live'), join(directory, 'after')]
    const node = await opened(live)
    await submit(node, 5)
    await node.journaled.settle()
    await copyFeeds(live, after)
    for (const count of [1, 4, 2, 70]) await submit(node, count)
    const before = await heads(node.feed)
    await node.close()
    await cp(join(live, 'state'), join(after, 'state'), { recursive: true })
    expect(await expectSame(after, before)).toBe(77)
  })

  test('that comes when a feed is about to be appended finds all of it in the journal', async () => {
    const directory = await temporaryDirectory()
    const [live, after] = [join(directory, 'live'), join(directory, 'after')]
    const node = await opened(live)
    const { feed } = node
    await submit(node, 5)
    await node.journaled.settle()
    await copyFeeds(live, after)
    const blocks = nextBlocks(feed, 3)
    const append = async (all: readonly Uint8Array[]): Promise<void> => {
      await cp(join(live, 'state'), join(after, 'state'), { recursive: true })
      await feed.append(all)
    }
    const readData = (sequence: number) => feed.readData(sequence)
    const watched = { key: feed.key, length: feed.length, readData, append }
    await node.journaled.append([{ feed: watched, blocks }])
    const before = await heads(feed)
    await node.close()
    expect(await expectSame(after, before)).toBe(3)
  })

  test('that takes any part of what was not synced is undone too', async () => {
    const directory = await temporaryDirectory()
    const live = join(directory, 'live')
    const copy = join(directory, 'copy')
    const after = join(directory, 'after')
    const node = await opened(live)
    await submit(node, 3)
    await node.journaled.settle()
    for (let batch = 0; batch < 12; batch++) await submit(node, 1 + (batch % 3))
    const before = await heads(node.feed)
    // as the disk looks without a clean close: only RocksDB's log has the tail
    await copyFeeds(live, copy)
    await node.close()
    await cp(join(live, 'state'), join(after, 'state'), { recursive: true })
    const folder = join('feeds', 'db')
    const logs = (await readdir(join(copy, folder))).filter((name) => name.endsWith('.log'))
    const log = logs.toSorted().at(-1) ?? 'no log'
    const { size } = await stat(join(copy, folder, log))
    const lost: number[] = []
    for (const part of [0, 0.13, 0.37, 0.5, 0.71, 0.99]) {
      await copyFeeds(copy, after)
      await truncate(join(after, folder, log), Math.floor(size * part))
      lost.push(await expectSame(after, before))
    }
    expect(lost[0]).toBe(before.length - 3)
    expect(new Set(lost).size).toBeGreaterThan(3)
  })
})

const row = (sequence: number, text = `block ${sequence}`): JournaledBlock => ({
  sequence,
  block: new TextEncoder().encode(text),
})

describe('replay', () => {
  const filled = async (length: number): Promise<Opened> => {
    const node = await opened(await temporaryDirectory())
    const blocks = Array.from({ length }, (_, at) => row(at).block)
    if (length > 0) await node.feed.append(blocks)
    return node
  }
  const mismatch = { code: 'JOURNAL_MISMATCH' }

  test.each<
    [string, readonly JournaledBlock[], { readonly length: number; readonly appended: number }]
  >([
    ['nothing of no rows', [], { length: 3, appended: 0 }],
    ['everything to an empty feed', [row(0), row(1)], { length: 0, appended: 2 }],
    ['only what is missing', [row(0), row(1), row(2)], { length: 2, appended: 1 }],
    ['rows that start where the feed ends', [row(2), row(3)], { length: 2, appended: 2 }],
    ['nothing twice', [row(1)], { length: 2, appended: 0 }],
  ])('appends %s', async (_, rows, { length, appended }) => {
    const node = await filled(length)
    expect(await replay(rows, node.feed)).toBe(appended)
    expect(await node.feed.readData(node.feed.length - 1)).toEqual(row(node.feed.length - 1).block)
    await node.close()
  })

  test.each<[string, number, readonly JournaledBlock[]]>([
    ['another block at a sequence', 2, [row(0), row(1, 'another')]],
    ['a gap before the first row', 2, [row(3)]],
    ['a gap between rows that are missing', 2, [row(2), row(4)]],
    ['a gap between rows that are there', 3, [row(0), row(2)]],
    ['rows out of order', 0, [row(0), row(2), row(1)]],
    ['a block that was never journaled', 3, [row(0), row(1)]],
  ])('refuses %s', async (_, length, rows) => {
    const node = await filled(length)
    await expect(replay(rows, node.feed)).rejects.toMatchObject(mismatch)
    expect(node.feed.length).toBe(length)
    await node.close()
  })
})
