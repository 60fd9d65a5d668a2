import { describe, expect, test } from 'vitest'
import {
  decodeComing,
  decodePush,
  encodeComing,
  encodePush,
  READY,
} from '../../src/feeds/format/pushed-pairs.ts'
import { verifyHead } from '../../src/feeds/format/head.ts'
import { hexOf, octets, refusalOf } from './refusals.ts'
import { isSigned, rootOver } from './second-feeds.ts'
import { readPush } from './second-pushes.ts'
import feeds from './vectors/feeds.json' with { type: 'json' }
import vectors from './vectors/replication.json' with { type: 'json' }

const { pushes } = vectors

describe('a push of', () => {
  test.each(pushes.pairs)(
    '$what is read as the words have it, and its head is signed',
    (vector) => {
      const message = octets(vector.message)
      const read = decodePush(message)
      const second = readPush(Buffer.from(message))
      expect(read.at).toBe(vector.at)
      expect({ at: read.at, signature: hexOf(read.signature) }).toEqual({
        at: second.at,
        signature: second.signature,
      })
      expect(read.blocks.map(hexOf)).toEqual(second.blocks.map((block) => block.toString('hex')))
      expect(hexOf(encodePush(read))).toBe(vector.message)
      const before = feeds.tree.blocks.slice(0, vector.at).map((hex) => Buffer.from(hex, 'hex'))
      const root = rootOver([...before, ...second.blocks])
      const { length } = [...before, ...second.blocks]
      const head = { length, fork: 0, root, signature: second.signature }
      expect(head).toEqual(vector.head)
      expect(isSigned(feeds.feed.publicKey, head)).toBe(true)
      expect(verifyHead(feeds.feed.publicKey, head)).toBe(true)
    },
  )

  test.each(pushes.refused)('$what is refused', async ({ message }) => {
    expect(await refusalOf(() => decodePush(octets(message)))).toBe('ENTRY_SYNTAX')
    expect(() => readPush(Buffer.from(message, 'hex'))).toThrow()
  })

  test.each(pushes.sizes)('$what: refused $refused', async ({ sizes, refused }) => {
    const blocks = sizes.map((size) => new Uint8Array(size).fill(1))
    const message = encodePush({ at: 1, signature: new Uint8Array(64), blocks })
    expect((await refusalOf(() => decodePush(message))) === 'ENTRY_SYNTAX').toBe(refused)
    if (refused) expect(() => readPush(Buffer.from(message))).toThrow()
    else expect(readPush(Buffer.from(message)).blocks).toHaveLength(2)
  })
})

test('who takes pairs, and to whom some are coming, say so in these octets', () => {
  expect(hexOf(READY)).toBe(pushes.ready)
  expect(hexOf(encodeComing(pushes.coming.length))).toBe(pushes.coming.message)
  const message = Buffer.concat([octets(pushes.coming.message), Buffer.from('of a later version')])
  expect(decodeComing(message)).toBe(pushes.coming.length)
  expect(decodeComing(message.subarray(0, 4))).toBe(0)
})
