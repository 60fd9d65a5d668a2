import { multiaddr } from '@multiformats/multiaddr'
import { expect, onTestFinished, test } from 'vitest'
import type { Feed } from '../../../src/feeds/format/feed.ts'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { makeCheckBook } from '../../../src/network/copies/check-book.ts'
import { makeCheckRounds } from '../../../src/network/copies/check-rounds.ts'
import { readBack } from '../../../src/network/copies/read-back.ts'
import { openReadBackDoor } from '../../../src/network/copies/read-back-door.ts'
import type { Host } from '../../../src/network/hosting/host.ts'
import type { CopyCheckRow } from '../../../src/state/copy-checks.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { peerOf } from '../../support/haves.ts'
import { openHost } from '../../support/host.ts'
import { rowsInMemory } from '../../support/kept-rows.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const HOUR = 3_600_000
/** What the peer has signed to have. */
const SIGNED = { length: 10, lacking: [], isSigned: true }

async function openStore() {
  const store = await openFeedStore(await temporaryDirectory(), {
    ...(await peerOf(1)),
    feedSeed: new Uint8Array(32).fill(7),
  })
  onTestFinished(() => store.close())
  return store
}

/** A feed of ten blocks, and the replica of a peer that has all of it. */
async function feedAndReplica() {
  const [store, other] = [await openStore(), await openStore()]
  const feed = await store.own('debian', 0)
  await feed.append(Array.from({ length: 10 }, (_, at) => new Uint8Array([at])))
  const replica = await other.get(feed.key, 'debian')
  onTestFinished(connectStores(store, other))
  replica.follow(() => true)
  await until(() => replica.downloaded === 10)
  return { feed, replica }
}

/** Two connected hosts, of which one answers with what it has. */
async function connected(replica: Feed) {
  const [asker, answerer] = [await openHost(), await openHost()]
  const door = await openReadBackDoor(
    answerer,
    { get: (key) => (key === replica.key ? replica : undefined), withheld: async () => [] },
    { isNamed: () => false, broke: () => undefined },
  )
  onTestFinished(door.close)
  await asker.dial(multiaddr(String(answerer.getMultiaddrs()[0])))
  return { asker, peerId: answerer.peerId.toString() }
}

function rounds(feed: Feed, { asker, peerId }: { readonly asker: Host; readonly peerId: string }) {
  let time = Date.parse('2026-12-01T00:00:00Z')
  const errors: unknown[] = []
  const asked: (readonly number[])[] = []
  const now = (): number => time
  const book = makeCheckBook(
    rowsInMemory<CopyCheckRow>([], (row) => `${row.feed} ${row.peerId}`),
    now,
  )
  const made = makeCheckRounds(
    {
      all: () => [peerId],
      placeOf: () => '192.0.2.1',
      readBack: (peer, what) => {
        asked.push(what.sequences)
        return readBack({ host: asker, peers: { broke: () => undefined } }, peer, what)
      },
    },
    {
      feeds: { all: () => [feed], written: () => feed },
      claims: { of: () => SIGNED },
      book,
      counting: { counts: () => true },
      copies: { look: () => undefined },
    },
    { now, onError: (error) => errors.push(error) },
  )
  onTestFinished(async () => {
    await made.close()
    expect(errors).toEqual([])
  })
  const stands = (): boolean => book.stands(book.get(feed.key, peerId))
  const pass = (milliseconds: number): void => {
    time += milliseconds
    made.changed()
  }
  return { made, book, asked, stands, pass }
}

test('a peer whose blocks are gone counts no longer when it is asked again, and counts once they are back', async () => {
  const { feed, replica } = await feedAndReplica()
  const { asker, peerId } = await connected(replica)
  const { made, stands, pass, book } = rounds(feed, { asker, peerId })
  made.start()
  await until(stands)
  for (let at = 0; at < 10; at += 1) await replica.clear(at)
  expect(stands()).toBe(true)
  pass(18 * HOUR)
  await until(() => !stands())
  expect(book.get(feed.key, peerId)).toMatchObject({ checkedAt: 0, proven: [] })
  for (let at = 0; at < 10; at += 1) await replica.fetch(at, 10_000)
  pass(60_000)
  await until(stands)
})

test('a check stands for a day, and not longer while the peer is away', async () => {
  const { feed, replica } = await feedAndReplica()
  const { asker, peerId } = await connected(replica)
  const { made, stands, pass } = rounds(feed, { asker, peerId })
  made.start()
  await until(stands)
  await asker.stop()
  pass(24 * HOUR - 1_000)
  expect(stands()).toBe(true)
  pass(1_000)
  expect(stands()).toBe(false)
})

test('as long as all stands and nothing has come nobody is asked', async () => {
  const { feed, replica } = await feedAndReplica()
  const { asker, peerId } = await connected(replica)
  const { made, asked, stands, pass } = rounds(feed, { asker, peerId })
  made.start()
  await until(stands)
  const before = asked.length
  for (let minute = 0; minute < 5; minute += 1) pass(60_000)
  await feed.append?.([new Uint8Array([10])])
  made.grown(feed.key)
  await until(() => asked.length > before)
  expect(asked.slice(before)).toEqual([[10]])
})
