import { beforeAll, describe, expect, test } from 'vitest'
import type { HaveSigner, HaveStatement } from '../../../src/network/frames/have-statement.ts'
import { makeHaveBook } from '../../../src/network/heads/have-book.ts'
import type { HaveRow } from '../../../src/network/heads/have-rows.ts'
import { refusalOf } from '../../spec/refusals.ts'
import { FEED, peerOf, saidBy } from '../../support/haves.ts'

const NOW = Date.parse('2026-12-01T00:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let self: HaveSigner
let owner: HaveSigner
let named: HaveSigner
/** Who is connected, each from an address of its own unless a test says so. */
let teller: HaveSigner
let identities: readonly HaveSigner[]
let strange: readonly HaveStatement[]

beforeAll(async () => {
  ;[self, owner, named, teller] = [
    await peerOf(1),
    await peerOf(2),
    await peerOf(3),
    await peerOf(4),
  ]
  identities = await Promise.all(Array.from({ length: 1000 }, (_, at) => peerOf(1000 + at)))
  strange = await Promise.all(identities.map((one) => saidBy(one, { time: NOW - MINUTE })))
})

function openBook(kept: readonly HaveRow[] = []) {
  let time = NOW
  const connected = new Set<string>([teller.peerId, named.peerId])
  const shares = new Map<string, string>()
  const here = new Set([FEED])
  const changes: (readonly [feed: string, peerId: string, row: HaveRow | undefined])[] = []
  const note = ({ statement: { feed, peerId } }: HaveRow, row?: HaveRow): void =>
    void changes.push([feed, peerId, row])
  const book = makeHaveBook(
    { all: kept, put: (row) => note(row, row), delete: (row) => note(row) },
    {
      feeds: {
        owner: self.peerId,
        has: (feed) => here.has(feed),
        ownerOf: (feed) => (feed === FEED ? owner.peerId : undefined),
      },
      peers: {
        isNamed: (peerId) => peerId === named.peerId,
        isConnected: (peerId) => connected.has(peerId),
        shareOf: (peerId) => shares.get(peerId) ?? peerId,
      },
    },
    { now: () => time, onError: (error) => expect.fail(String(error)) },
  )
  const told: HaveStatement[] = []
  book.news.subscribe((statement) => void told.push(statement))
  const peersOf = (feed = FEED) => new Set(book.of(feed).map(({ peerId }) => peerId))
  const pass = (milliseconds: number): void => void (time += milliseconds)
  return { book, connected, shares, here, changes, told, peersOf, pass }
}

describe('of one peer and feed', () => {
  test('the newest statement is kept, and told as news once', async () => {
    const { book, told } = openBook()
    const [older, newer] = [
      await saidBy(teller, { time: NOW - HOUR, length: 5 }),
      await saidBy(teller, { time: NOW, length: 10 }),
    ]
    expect(book.hear(older, teller.peerId)).toBe('news')
    expect(book.hear(newer, teller.peerId)).toBe('news')
    expect(book.hear(newer, teller.peerId)).toBe('old')
    expect(book.hear(older, named.peerId)).toBe('old')
    expect(book.of(FEED)).toEqual([newer])
    expect(told).toEqual([older, newer])
  })

  test('what is as old as what is here, or older, is not verified', async () => {
    const { book } = openBook()
    const good = await saidBy(teller, { time: NOW })
    book.hear(good, teller.peerId)
    const forged = { ...good, signature: '0'.repeat(128) }
    expect(book.hear(forged, teller.peerId)).toBe('old')
    expect(book.hear({ ...forged, time: NOW - 1 }, teller.peerId)).toBe('old')
    // each costs a verification and a write: nobody renews one within ten seconds
    expect(book.hear({ ...forged, time: NOW + 9_999 }, teller.peerId)).toBe('old')
    expect(await refusalOf(() => book.hear({ ...forged, time: NOW + 10_000 }, teller.peerId))).toBe(
      'SIGNATURE_INVALID',
    )
    expect(book.of(FEED)).toEqual([good])
  })

  test('what lies more than ten minutes ahead, or thirty days back, is skipped without a fault', async () => {
    const { book } = openBook()
    const heard = async (time: number) => book.hear(await saidBy(teller, { time }), teller.peerId)
    expect(await heard(NOW + 10 * MINUTE + 1)).toBe('skipped')
    expect(await heard(NOW - 30 * DAY - 1)).toBe('skipped')
    expect(await heard(NOW - 30 * DAY)).toBe('news')
    expect(await heard(NOW + 10 * MINUTE)).toBe('news')
  })

  test('what nobody renews is dropped after thirty days, here and where it is kept', async () => {
    const { book, changes, pass } = openBook()
    book.hear(await saidBy(teller, { time: NOW }), teller.peerId)
    pass(30 * DAY)
    book.expire()
    expect(book.of(FEED)).toHaveLength(1)
    pass(1)
    expect(book.of(FEED)).toEqual([])
    expect(book.statements()).toEqual([])
    book.expire()
    expect(changes.at(-1)).toEqual([FEED, teller.peerId, undefined])
  })

  test('nothing is taken of feeds that are not here, and nothing stays of those that have gone', async () => {
    const { book, here, peersOf } = openBook()
    const other = 'cd'.repeat(32)
    expect(book.hear(await saidBy(teller, { feed: other, time: NOW }), teller.peerId)).toBe(
      'skipped',
    )
    book.hear(await saidBy(teller, { time: NOW }), teller.peerId)
    here.delete(FEED)
    expect(book.statements()).toEqual([])
    book.expire()
    expect(peersOf()).toEqual(new Set())
  })

  test('nobody but this node says what this node has', async () => {
    const { book, told } = openBook()
    const mine = await saidBy(self, { time: NOW - HOUR })
    book.say(mine)
    expect(book.hear(await saidBy(self, { time: NOW, length: 1 }), named.peerId)).toBe('old')
    expect(book.of(FEED)).toEqual([mine])
    expect(told).toEqual([mine])
  })
})

describe('a stranger with a thousand identities', () => {
  test('that tells what all of them have takes eight places', () => {
    const { book, peersOf } = openBook()
    const taken = strange.filter((one) => book.hear(one, teller.peerId) === 'news')
    expect(taken).toHaveLength(8)
    expect(peersOf().size).toBe(8)
  })

  test('that tells what all of them had long ago takes eight places, and has no news without end', async () => {
    const { book, told } = openBook()
    for (const [at, one] of identities.slice(0, 50).entries())
      book.hear(await saidBy(one, { time: NOW - 4 * HOUR + at }), teller.peerId)
    expect(told).toHaveLength(8)
  })

  test('of which many connect from one address takes eight places too for what it says of others', () => {
    const { book, connected, shares, peersOf } = openBook()
    for (const [at, { peerId }] of identities.entries()) {
      connected.add(peerId)
      shares.set(peerId, '203.0.113.7')
      const [one, other] = [strange[(at + 1) % 1000], strange[(at + 2) % 1000]]
      if (one !== undefined) book.hear(one, peerId)
      if (other !== undefined) book.hear(other, peerId)
    }
    expect(peersOf().size).toBe(8)
  })

  test('that connects with each in turn takes no place of what others say, and no more than 64', async () => {
    const { book, connected, shares, peersOf } = openBook()
    const [himself, told, byOwner, mine] = [
      await saidBy(teller, { time: NOW - DAY }),
      await saidBy(await peerOf(5), { time: NOW - DAY }),
      await saidBy(owner, { time: NOW - DAY }),
      await saidBy(self, { time: NOW - DAY }),
    ]
    book.say(mine)
    book.hear(himself, teller.peerId)
    book.hear(told, named.peerId)
    book.hear(byOwner, teller.peerId)
    const honest = await peerOf(6)
    shares.set(teller.peerId, '198.51.100.1')
    const hearsay = await saidBy(honest, { time: NOW - MINUTE })
    book.hear(hearsay, teller.peerId)
    for (const [at, { peerId }] of identities.entries()) {
      connected.add(peerId)
      shares.set(peerId, '203.0.113.7')
      const said = strange[at]
      if (said !== undefined) book.hear(said, peerId)
      connected.delete(peerId)
    }
    const kept = peersOf()
    for (const { peerId } of [himself, told, byOwner, mine, hearsay]) expect(kept).toContain(peerId)
    expect(kept.size).toBe(64 + 2)
  })

  test('that are all connected leaves places for whom the operator named', async () => {
    const { book, connected, peersOf } = openBook()
    for (const [at, { peerId }] of identities.entries()) {
      connected.add(peerId)
      const said = strange[at]
      if (said !== undefined) book.hear(said, peerId)
    }
    expect(peersOf().size).toBe(64)
    expect(book.hear(await saidBy(named, { time: NOW }), named.peerId)).toBe('news')
    expect(peersOf().size).toBe(64)
    expect(peersOf()).toContain(named.peerId)
  })

  test('keeps nobody from saying what the owner of the feed said', async () => {
    const { book } = openBook()
    for (const one of strange.slice(0, 8)) book.hear(one, teller.peerId)
    const byOwner = await saidBy(owner, { time: NOW - DAY })
    expect(book.hear(byOwner, teller.peerId)).toBe('news')
    expect(book.byOwner(FEED)).toEqual(byOwner)
  })
})

test('who has not renewed for three hours gives way to another of the same teller', async () => {
  const { book, pass, peersOf } = openBook()
  for (const one of strange.slice(0, 8)) book.hear(one, teller.peerId)
  const late = await saidBy(await peerOf(7), { time: NOW })
  expect(book.hear(late, teller.peerId)).toBe('skipped')
  pass(3 * HOUR)
  expect(book.hear(late, teller.peerId)).toBe('news')
  expect(peersOf().size).toBe(8)
})

test('what a stranger told first counts as told by a named peer once that tells it too', () => {
  const { book, connected, shares, peersOf } = openBook()
  const [first, ...others] = strange
  if (first === undefined) throw new Error('nobody said anything')
  book.hear(first, teller.peerId)
  expect(book.hear(first, named.peerId)).toBe('old')
  for (const said of others) {
    connected.add(said.peerId)
    shares.set(said.peerId, '203.0.113.7')
    book.hear(said, said.peerId)
  }
  expect(peersOf()).toContain(first.peerId)
})

test('all feeds together have 20,000 rows, and who has most gives way to who comes', async () => {
  const feeds = Array.from({ length: 200 }, (_, at) => at.toString(16).padStart(64, '0'))
  const [some] = strange
  if (some === undefined) throw new Error('nobody said anything')
  // rows as they are read at a start: nothing is verified
  const kept = feeds.flatMap((feed) =>
    identities.slice(0, 100).map(({ peerId }) => ({
      statement: { ...some, feed, peerId },
      teller: peerId,
      share: '203.0.113.7',
    })),
  )
  const { book, here, changes } = openBook(kept)
  for (const feed of feeds) here.add(feed)
  const said = await saidBy(teller, { time: NOW })
  expect(book.hear(said, teller.peerId)).toBe('news')
  expect(changes.filter(([, , row]) => row === undefined)).toHaveLength(1)
  const more = await saidBy(await peerOf(8), { time: NOW })
  expect(book.hear(more, identities[0]?.peerId ?? '')).toBe('news')
  expect(changes.filter(([, , row]) => row === undefined)).toHaveLength(2)
})

test('peers are told what this node says first, and then of each feed what is worth most, eight at most', async () => {
  const { book, connected } = openBook()
  const mine = await saidBy(self, { time: NOW - HOUR })
  book.say(mine)
  for (const said of strange.slice(0, 50)) {
    connected.add(said.peerId)
    book.hear(said, said.peerId)
  }
  const byOwner = await saidBy(owner, { time: NOW - DAY })
  book.hear(byOwner, teller.peerId)
  const told = await saidBy(await peerOf(9), { time: NOW - DAY })
  book.hear(told, named.peerId)
  const statements = book.statements()
  expect(statements.slice(0, 3)).toEqual([mine, byOwner, told])
  expect(statements).toHaveLength(1 + 8)
})
