/* Vectors of pushes, src/spec/replication.md: messages with pairs of the feed of feeds.json. */
import { encodeComing, encodePush, READY } from '../../src/feeds/format/pushed-pairs.ts'
import { vectorStory } from './feed-story.ts'
import { hexOf } from './plain.ts'
import type { Story } from './story.ts'

function pushOf({ blocks, head }: Story, at: number, length: number): Uint8Array {
  const signature = Buffer.from(head(length).signature, 'hex')
  return encodePush({ at, signature, blocks: blocks.slice(at, length) })
}

const withoutEnd = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, -1)

function withLength(push: Uint8Array, length: number): Uint8Array {
  const other = Buffer.from(push)
  other.writeUInt32BE(length, 1)
  return other
}

/** Blocks of these sizes behind a signature of zeros. */
function sized(at: number, ...sizes: readonly number[]): Uint8Array {
  const blocks = sizes.map((size) => new Uint8Array(size).fill(7))
  return encodePush({ at, signature: new Uint8Array(64), blocks })
}

export async function pushVectors() {
  const story = await vectorStory()
  const one = pushOf(story, 1, 3)
  const refused: readonly (readonly [what: string, message: Uint8Array])[] = [
    ['a pair whose second block is cut off', withoutEnd(one)],
    ['an octet behind the last block', Buffer.concat([one, Uint8Array.of(0)])],
    ['nothing behind the signature', one.subarray(0, 69)],
    ['a signature that is cut off', one.subarray(0, 68)],
    ['a pair that begins with an index block', withLength(one, 2)],
    ['the origin', sized(0, 10, 10)],
    ['a data block alone', sized(1, 10)],
    ['an empty block', sized(1, 10, 0)],
    ['nine pairs', sized(1, ...Array.from({ length: 18 }, () => 1))],
    ['a feed longer than any', withLength(one, 2 ** 27 - 1)],
  ]
  return {
    ready: hexOf(READY),
    coming: { length: 258, message: hexOf(encodeComing(258)) },
    pairs: [
      { what: 'one pair', at: 1, head: story.head(3), message: hexOf(one) },
      { what: 'three pairs', at: 5, head: story.head(11), message: hexOf(pushOf(story, 5, 11)) },
    ],
    refused: refused.map(([what, message]) => ({ what, message: hexOf(message) })),
    sizes: [
      { what: '16,384 octets', sizes: [16_383, 1], refused: false },
      { what: 'one octet more', sizes: [16_384, 1], refused: true },
    ],
  }
}
