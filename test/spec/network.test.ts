import { encode } from 'cborg'
import { describe, expect, test } from 'vitest'
import { NOTHING_SKIPPED } from '../../src/contract/following.ts'
import { makeSkipped } from '../../src/network/announcing/skipped.ts'
import { encodeAnnouncement, readAnnouncement } from '../../src/network/frames/announcement.ts'
import {
  evidenceFrame,
  helloFrame,
  offersFrame,
  peersFrame,
  readCatalogFrame,
  statementsFrame,
} from '../../src/network/frames/catalog-frame.ts'
import {
  decodeHave,
  encodeHave,
  signedByHave,
  verifyHave,
} from '../../src/network/frames/have-statement.ts'
import { readPeerRecord, verifyPeerRecord } from '../../src/network/exchange/peer-record.ts'
import {
  decodeAnswer,
  decodeQuestion,
  encodeAnswer,
  encodeQuestion,
  MAX_ANSWER_BYTES,
} from '../../src/network/frames/read-back.ts'
import { MAX_BLOCK_BYTES } from '../../src/feeds/format/block.ts'
import { offerFields } from '../../src/network/frames/offer.ts'
import { topicOf, type Wire } from '../../src/network/frames/wire.ts'
import { changed, hexOf, octets, REFUSALS, refusalOf } from './refusals.ts'
import network from './vectors/network.json' with { type: 'json' }

/** What is said by one wire, and what is refused there. */
const WIRES = [
  { wire: 1, ...network },
  { wire: 2, ...network.second },
] as const satisfies readonly { readonly wire: Wire }[]

function readBy(wire: Wire, kind: string, hex: string) {
  const skipped = makeSkipped()
  const read = kind === 'catalog' ? readCatalogFrame : readAnnouncement
  const found = read(octets(hex), { wire, skip: skipped.skip })
  return { found, skipped }
}

describe.each(WIRES)('on wire $wire an announcement', ({ wire, offer, topic }) => {
  const claims = { publicKey: offer.publicKey, head: offer.head, originBlock: octets(offer.origin) }

  test('is that of the vector, both ways, on its topic', async () => {
    expect(topicOf({ wire, collection: topic.collection })).toBe(topic.topic)
    expect(hexOf(encodeAnnouncement(wire, claims))).toBe(offer.announcement)
    const { found, skipped } = readBy(wire, 'announcement', offer.announcement)
    const { key, publicKey, head } = offer
    expect(await found).toMatchObject({ key, publicKey, head, originBlock: claims.originBlock })
    expect(skipped.counts()).toEqual(NOTHING_SKIPPED)
  })

  test('is not read with any octet changed', async () => {
    for (const bytes of changed(offer.announcement)) {
      const { found, skipped } = readBy(wire, 'announcement', hexOf(bytes))
      const refusal = await refusalOf(async () => found)
      if (refusal === undefined) expect(skipped.counts().announcements).toBe(1)
      else expect(refusal).toBeOneOf([...REFUSALS])
      if (wire === 1) expect(refusal).toBeDefined()
    }
  })
})

describe.each(WIRES)('on wire $wire a frame of the catalog', ({ wire, ...vectors }) => {
  test.each(vectors.frames)(
    'that tells of $what is that of the vector, both ways',
    async (vector) => {
      const frame = await readBy(wire, 'catalog', vector.hex).found
      if (frame === undefined || !('kind' in frame)) throw new Error('nothing of it was read')
      expect(frame.kind).toBe(vector.says.kind)
      if (frame.kind === 'hello') {
        expect(frame.hello).toEqual({ publicUrl: undefined, ...vector.says.hello })
        expect(hexOf(helloFrame(wire, frame.hello))).toBe(vector.hex)
      } else if (frame.kind === 'evidence') {
        expect(hexOf(frame.evidence)).toBe(vector.says.evidence)
        expect(hexOf(evidenceFrame(wire, frame.evidence))).toBe(vector.hex)
      } else if (frame.kind === 'offers') {
        expect(frame.entries.map(({ key }) => key)).toEqual(vector.says.keys)
        expect(frame.entries.map(({ vouched }) => vouched)).toEqual(vector.says.vouched)
        expect(hexOf(offersFrame(wire, frame.entries))).toBe(vector.hex)
      }
    },
  )

  test.each(vectors.refused)(
    'or announcement ($kind) with $what is refused: $code',
    async ({ kind, hex, code }) => {
      const { found, skipped } = readBy(wire, kind, hex)
      expect(await refusalOf(async () => found)).toBe(code)
      expect(skipped.counts()).toEqual(NOTHING_SKIPPED)
    },
  )

  test('has 64 offers at most', async () => {
    const { publicKey, head, origin } = vectors.offer
    const one = { publicKey, head, originBlock: octets(origin), vouched: true }
    const offers = (count: number) =>
      hexOf(
        offersFrame(
          wire,
          Array.from({ length: count }, () => one),
        ),
      )
    const found = await readBy(wire, 'catalog', offers(64)).found
    expect(found).toMatchObject({ kind: 'offers', entries: { length: 64 } })
    const more = readBy(wire, 'catalog', offers(65)).found
    expect(await refusalOf(async () => more)).toBe('ENTRY_SYNTAX')
  })
})

const ofSize = (size: number): Uint8Array =>
  encodeAnswer({ kind: 'here', bytes: new Uint8Array(size) })

describe('reading back', () => {
  const { question, answers, refused } = network.readBack

  test('has the question and the answers of the vectors, both ways', () => {
    const { hex, ...asked } = question
    expect(hexOf(encodeQuestion(asked))).toBe(hex)
    expect(decodeQuestion(octets(hex))).toEqual(asked)
    for (const { kind, block, hex: said } of answers) {
      const answer = decodeAnswer(octets(said))
      expect(answer).toEqual(block === undefined ? { kind } : { kind, bytes: octets(block) })
      expect(hexOf(encodeAnswer(answer))).toBe(said)
    }
  })

  test.each(refused)('refuses as $message $what: $code', async ({ message, hex, code }) => {
    const read = message === 'question' ? decodeQuestion : decodeAnswer
    expect(await refusalOf(async () => read(octets(hex)))).toBe(code)
  })

  test('has room for the largest block, and for no larger one', async () => {
    const largest = ofSize(MAX_BLOCK_BYTES)
    expect(largest.length).toBeLessThanOrEqual(MAX_ANSWER_BYTES)
    expect(decodeAnswer(largest)).toMatchObject({ kind: 'here' })
    const larger = ofSize(MAX_BLOCK_BYTES + 1)
    expect(await refusalOf(async () => decodeAnswer(larger))).toBe('ENTRY_SYNTAX')
  })
})

describe('what only a later version knows', () => {
  test.each(network.second.skipped)(
    'is skipped and counted on wire 2 ($kind, $what), and what is known of it is read',
    async ({ kind, hex, counts }) => {
      const { found, skipped } = readBy(2, kind, hex)
      const isRead = (await found) !== undefined
      expect(skipped.counts()).toEqual({ ...NOTHING_SKIPPED, ...counts })
      expect(isRead).toBe('fields' in counts || 'offers' in counts)
    },
  )

  test.each(network.second.skipped)(
    'is refused on wire 1 ($kind, $what)',
    async ({ kind, hex, what }) => {
      const first = hex.replace(/^(8.)02/, '$101')
      const isKnown = what === 'the first version'
      const { found, skipped } = readBy(1, kind, first)
      const refusal = await refusalOf(async () => found)
      if (isKnown) expect(refusal).toMatchObject({ kind: 'hello' })
      else if (kind === 'catalog' && what.startsWith('evidence'))
        // it is judged where evidence is
        expect(refusal).toMatchObject({ kind: 'evidence' })
      else expect(refusal).toBe('ENTRY_SYNTAX')
      expect(skipped.counts()).toEqual(NOTHING_SKIPPED)
    },
  )

  test('has room beside what is known: eight fields more with each of 64 offers', async () => {
    const { publicKey, head, origin } = network.second.offer
    const fields = offerFields({ publicKey, head, originBlock: octets(origin) })
    const item = [[...fields, 1, 2, 3, 4], true, 5, 6, 7, 8]
    const full = encode([2, 1, Array.from({ length: 64 }, () => item)])
    const { found, skipped } = readBy(2, 'catalog', hexOf(full))
    expect(await found).toMatchObject({ kind: 'offers', entries: { length: 64 } })
    expect(skipped.counts().fields).toBe(128)
  })
})

describe('a statement of what a peer has', () => {
  const { says, signed, statement, frame } = network.second.statement

  test('is that of the vector, both ways, and good', async () => {
    const read = decodeHave(octets(statement))
    expect(read).toEqual(says)
    expect(hexOf(encodeHave(read))).toBe(statement)
    expect(hexOf(signedByHave(read))).toBe(signed)
    expect(() => verifyHave(read)).not.toThrow()
    expect(await readBy(2, 'catalog', frame).found).toEqual({
      kind: 'statements',
      statements: [says],
    })
    expect(hexOf(statementsFrame([read]))).toBe(frame)
  })

  test('is not good with anything in it changed', async () => {
    for (const change of [
      { length: 41 },
      { time: says.time + 1 },
      { root: says.feed },
      { feed: says.root },
      { lacking: [] },
    ])
      expect(await refusalOf(async () => verifyHave({ ...says, ...change }))).toBe(
        'SIGNATURE_INVALID',
      )
  })
})

describe('a peer record', () => {
  const { records, frame, refused } = network.second.peers

  test.each(records)(
    'with $says.scope addresses is that of the vector',
    async ({ says, record }) => {
      const read = readPeerRecord(octets(record))
      expect(read).toMatchObject(says)
      await verifyPeerRecord(read)
    },
  )

  test('is told beside others in a frame of the second wire', async () => {
    const told = records.map(({ record }) => octets(record))
    expect(hexOf(peersFrame(told))).toBe(frame)
    expect(await readBy(2, 'catalog', frame).found).toMatchObject({ kind: 'peers', records: told })
    const first = frame.replace(/^8302/, '8301')
    expect(await refusalOf(async () => readBy(1, 'catalog', first).found)).toBe('ENTRY_SYNTAX')
  })

  test.each(refused)('with $what is refused: $code', async ({ code, record }) => {
    const taking = async (): Promise<void> => verifyPeerRecord(readPeerRecord(octets(record)))
    expect(await refusalOf(taking)).toBe(code)
  })
})
