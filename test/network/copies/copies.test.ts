import { expect, test } from 'vitest'
import { makeCheckBook } from '../../../src/network/copies/check-book.ts'
import { makeCopies } from '../../../src/network/copies/copies.ts'
import { countingPeers } from '../../../src/network/copies/counting-peers.ts'
import { makeHaveBook } from '../../../src/network/heads/have-book.ts'
import type { HaveRow } from '../../../src/network/heads/have-rows.ts'
import type { CopyCheckRow } from '../../../src/state/copy-checks.ts'
import { FEED, peerOf, saidBy } from '../../support/haves.ts'
import { rowsInMemory } from '../../support/kept-rows.ts'

const START = Date.parse('2026-12-01T00:00:00Z')

function fail(error: unknown): never {
  throw error
}

/** A node that has all of a feed, and named peers 1 to 3 of whom two share a prefix. */
async function openCopies() {
  let time = START
  const now = (): number => time
  const peers = [await peerOf(1), await peerOf(2), await peerOf(3)]
  const shares = ['192.0.2.1', '192.0.99.1', '198.51.100.1']
  const self = (await peerOf(9)).peerId
  const haves = makeHaveBook(
    rowsInMemory<HaveRow>([], ({ statement }) => `${statement.feed} ${statement.peerId}`),
    {
      feeds: { owner: self, has: () => true, ownerOf: () => undefined },
      peers: { isNamed: () => true, isConnected: () => true, shareOf: (peerId) => peerId },
    },
    { now, onError: fail },
  )
  const book = makeCheckBook(
    rowsInMemory<CopyCheckRow>([], (row) => `${row.feed} ${row.peerId}`),
    now,
  )
  const counting = countingPeers([], { isNamed: () => true }, { has: () => false })
  const copies = makeCopies(
    { haves, book, counting, neighbours: { nameOf: () => undefined } },
    self,
    now,
  )
  const feed = { key: FEED, length: 10, gaps: () => [] }
  return {
    copies,
    book,
    feed,
    pass: (milliseconds: number) => void (time += milliseconds),
    says: async (
      at: number,
      claims: { length?: number; lacking?: { first: number; count: number }[] },
    ): Promise<void> => {
      const peer = peers[at] ?? fail(new Error('there is no such peer'))
      haves.hear(await saidBy(peer, { time, ...claims }), peer.peerId)
    },
    check: (at: number, sequences: readonly number[] = [0]): void => {
      book.right(
        { feed: FEED, peerId: peers[at]?.peerId ?? '', share: shares[at] ?? '' },
        sequences,
        true,
      )
    },
  }
}

test('who says that it has a feed is a claim until blocks were read back, and one prefix is one copy', async () => {
  const { copies, feed, says, check, pass } = await openCopies()
  for (const at of [0, 1, 2]) await says(at, {})
  expect(copies.of(feed)).toMatchObject({ counted: 0, claims: 3, only: 10 })
  check(0)
  check(1)
  expect(copies.of(feed)).toMatchObject({ counted: 1, claims: 1, only: 0 })
  check(2)
  expect(copies.of(feed)).toMatchObject({ counted: 2, claims: 0, only: 0 })
  pass(24 * 3_600_000)
  expect(copies.of(feed)).toMatchObject({ counted: 0, claims: 3, only: 10 })
})

test('a feed has as many copies as the block of which there are fewest', async () => {
  const { copies, feed, says, check } = await openCopies()
  await says(0, {})
  await says(2, { lacking: [{ first: 4, count: 2 }] })
  check(0)
  check(2)
  expect(copies.of(feed).counted).toBe(1)
  expect(copies.ofPlaces([{ feed: FEED, sequence: 4 }])).toEqual({ counted: 1, claims: 0 })
  expect(copies.ofPlaces([{ feed: FEED, sequence: 6 }])).toEqual({ counted: 2, claims: 0 })
})

test('what came within the last minute is no lack of a feed, but nobody else is said to have it', async () => {
  const { copies, feed, says, check, pass } = await openCopies()
  await says(0, {})
  check(0)
  copies.look([feed])
  pass(60_000)
  copies.look([feed])
  Object.assign(feed, { length: 12 })
  expect(copies.of(feed)).toMatchObject({ counted: 1, only: 2 })
  expect(copies.ofPlaces([{ feed: FEED, sequence: 11 }]).counted).toBe(0)
  for (let minutes = 0; minutes < 2; minutes += 1) {
    pass(60_000)
    copies.look([feed])
  }
  expect(copies.of(feed).counted).toBe(0)
})
