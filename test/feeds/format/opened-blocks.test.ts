import { expect, test } from 'vitest'
import { decodeDataBlock2, encodeDataBlock2 } from '../../../src/feeds/format/block-2.ts'
import { makeOpenedBlocks } from '../../../src/feeds/format/opened-blocks.ts'
import { refusalOf, sized } from './entries.ts'

const MEBIBYTE = 1024 * 1024
const entries = [sized(3_000, 1), sized(3_000, 2)]

test('a block that was packed here is read as if it were opened, once', async () => {
  const opened = makeOpenedBlocks(MEBIBYTE)
  const block = await encodeDataBlock2(entries, opened)
  const copy = Uint8Array.from(block)
  // what it would open to is nothing any more
  block.fill(0)
  expect(await decodeDataBlock2(block, opened)).toEqual(await decodeDataBlock2(copy))
  expect(await refusalOf(() => decodeDataBlock2(block, opened))).toBe('ENTRY_SYNTAX')
})

test('a block with the same bytes that came from elsewhere is opened', async () => {
  const opened = makeOpenedBlocks(MEBIBYTE)
  const block = await encodeDataBlock2(entries, opened)
  opened.note(block, new Uint8Array([0x80]))
  const copy = Uint8Array.from(block)
  expect(await decodeDataBlock2(copy, opened)).toEqual(entries)
  expect(opened.take(copy)).toBeUndefined()
  expect(opened.take(block)).toEqual(new Uint8Array([0x80]))
})

test('what is kept is bounded by bytes, and the oldest are opened again', async () => {
  const opened = makeOpenedBlocks(10_000)
  const blocks = [1, 2, 3].map((number) => new Uint8Array([number]))
  for (const block of blocks) opened.note(block, new Uint8Array(4_000))
  expect(blocks.map((block) => opened.take(block)?.length)).toEqual([undefined, 4_000, 4_000])
  const large = new Uint8Array(1)
  opened.note(large, new Uint8Array(10_000))
  expect(opened.take(large)).toBeUndefined()
})
