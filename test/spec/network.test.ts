import { describe, expect, test } from 'vitest'
import {
  encodeAnnouncement,
  readAnnouncement,
  topicOf,
} from '../../src/network/frames/announcement.ts'
import {
  evidenceFrame,
  helloFrame,
  offersFrame,
  readCatalogFrame,
} from '../../src/network/frames/catalog-frame.ts'
import { changed, hexOf, octets, REFUSALS, refusalOf } from './refusals.ts'
import network from './vectors/network.json' with { type: 'json' }

describe('an announcement', () => {
  const { offer, topic } = network
  const claims = { publicKey: offer.publicKey, head: offer.head, originBlock: octets(offer.origin) }

  test('is that of the vector, both ways, on its topic', async () => {
    expect(topicOf(topic.collection)).toBe(topic.topic)
    expect(hexOf(encodeAnnouncement(claims))).toBe(offer.announcement)
    const read = await readAnnouncement(octets(offer.announcement))
    expect(read).toMatchObject({ key: offer.key, publicKey: offer.publicKey, head: offer.head })
    expect(hexOf(read.originBlock)).toBe(offer.origin)
  })

  test('is refused with any octet changed', async () => {
    for (const bytes of changed(offer.announcement))
      expect(await refusalOf(() => readAnnouncement(bytes))).toBeOneOf([...REFUSALS])
  })
})

describe('a frame of the catalog', () => {
  test.each(network.frames)(
    'that tells of $what is that of the vector, both ways',
    async (vector) => {
      const frame = await readCatalogFrame(octets(vector.hex))
      expect(frame.kind).toBe(vector.says.kind)
      if (frame.kind === 'hello') {
        expect(frame.hello).toEqual({ publicUrl: undefined, ...vector.says.hello })
        expect(hexOf(helloFrame(frame.hello))).toBe(vector.hex)
      } else if (frame.kind === 'evidence') {
        expect(hexOf(frame.evidence)).toBe(vector.says.evidence)
        expect(hexOf(evidenceFrame(frame.evidence))).toBe(vector.hex)
      } else {
        expect(frame.entries.map(({ key }) => key)).toEqual(vector.says.keys)
        expect(frame.entries.map(({ vouched }) => vouched)).toEqual(vector.says.vouched)
        expect(hexOf(offersFrame(frame.entries))).toBe(vector.hex)
      }
    },
  )

  test.each(network.refused)(
    'or announcement ($kind) with $what is refused: $code',
    async (vector) => {
      const read = vector.kind === 'catalog' ? readCatalogFrame : readAnnouncement
      expect(await refusalOf(() => read(octets(vector.hex)))).toBe(vector.code)
    },
  )

  test('has 64 offers at most', async () => {
    const { publicKey, head, origin } = network.offer
    const one = { publicKey, head, originBlock: octets(origin), vouched: true }
    const offers = (count: number) => offersFrame(Array.from({ length: count }, () => one))
    const frame = await readCatalogFrame(offers(64))
    expect(frame.kind === 'offers' && frame.entries.length).toBe(64)
    expect(await refusalOf(() => readCatalogFrame(offers(65)))).toBe('ENTRY_SYNTAX')
  })
})
