import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { decodeDataBlock, decodeIndexBlock } from '../../src/feeds/format/block.ts'
import type { AnyEntry } from '../../src/feeds/format/entry.ts'
import { toBlocks, type Unwritten } from '../../src/feeds/format/blocks.ts'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'
import { diskBytes } from './disk-bytes.ts'
import { feedBlocks, isData } from './feed-blocks.ts'

/**
 * Writes what a stopped node has into a feed of format 1, where what shares a block has come together.
 * @param folder of the copy; it is made
 * @returns bytes of its feeds on the disk
 */
export async function writeFormat1(data: string, folder: string): Promise<number> {
  mkdirSync(folder)
  const state = await openState(folder)
  const store = await openFeedStore(folder, await openIdentity(state))
  const feed = await store.own('debian', 0)
  await feed.append([await store.originBlock(feed, { format: 1, dialect: 'debian' })])
  for await (const together of written(data)) {
    const pairs = await toBlocks(together, 1)
    await feed.append(pairs.flatMap((pair) => [pair.data, pair.index]))
  }
  await store.flush()
  await store.close()
  await state.close()
  return diskBytes(join(folder, 'feeds'))
}

/** What each data block has, with what its index block says of it. */
async function* written(data: string): AsyncGenerator<readonly Unwritten[]> {
  let entries: readonly AnyEntry[] = []
  for await (const block of feedBlocks(data)) {
    if (block.sequence === 0) continue
    if (isData(block)) entries = await decodeDataBlock(block.bytes)
    else {
      const rows = decodeIndexBlock(block.bytes)
      yield entries.flatMap((entry, at) =>
        entry.kind === 'unknown' ? [] : [{ entry, facts: rows[at]?.facts }],
      )
    }
  }
}
