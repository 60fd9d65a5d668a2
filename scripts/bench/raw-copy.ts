import Hypercore from 'hypercore'
import { encodeDataBlock1, encodeIndexBlock1 } from '../../src/feeds/format/block-1.ts'
import { decodeDataBlock } from '../../src/feeds/format/block.ts'
import { plainRowOf } from '../../src/feeds/format/index-row.ts'
import { feedBlocks, isData, type StoredBlock } from './feed-blocks.ts'

export interface RawCopy {
  readonly folder: string
  readonly key: string
  readonly length: number
  readonly bytes: number
}

// the types of the project say only what it uses itself
interface Core {
  readonly key: Buffer
  readonly length: number
  readonly byteLength: number
  ready(): Promise<void>
  close(): Promise<void>
  append(blocks: readonly Uint8Array[]): Promise<unknown>
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const openCore = Hypercore as unknown as new (folder: string) => Core

/** What becomes of each block. */
export type Rewriting = (block: StoredBlock) => Promise<readonly Uint8Array[]>

export const sameBlocks: Rewriting = async ({ bytes }) => [bytes]

/** Each entry alone in a block of format 1, which is not compressed, and an index block behind each. */
export const singleBlocks: Rewriting = async (block) => {
  if (block.sequence === 0) return [block.bytes]
  if (!isData(block)) return []
  return (await decodeDataBlock(block.bytes)).flatMap((entry) =>
    entry.kind === 'unknown'
      ? []
      : [encodeDataBlock1([entry]), encodeIndexBlock1([plainRowOf(entry)])],
  )
}

/** All of a stopped node's feeds in one plain hypercore. */
export async function rawCopyOf(
  data: string,
  folder: string,
  rewriting: Rewriting,
): Promise<RawCopy> {
  const copy = new openCore(folder)
  await copy.ready()
  let waiting: Uint8Array[] = []
  for await (const block of feedBlocks(data)) {
    waiting.push(...(await rewriting(block)))
    if (waiting.length < 64) continue
    await copy.append(waiting)
    waiting = []
  }
  await copy.append(waiting)
  const { key, length, byteLength: bytes } = copy
  await copy.close()
  return { folder, key: key.toString('hex'), length, bytes }
}
