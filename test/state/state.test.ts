import { createHash } from 'node:crypto'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { Level } from 'level'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openState, type State } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'
import { openJournal } from '../../src/state/journal.ts'
import { KEY_TIME, MAX_KEYS, openPostedKeys } from '../../src/state/keys.ts'
import { ownFeed, ownFeeds, setOwnFeed } from '../../src/state/own-feeds.ts'
import { putWithheld, removeWithheld, withheldRows } from '../../src/state/withheld.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

async function opened(directory: string): Promise<State> {
  const state = await openState(directory)
  onTestFinished(() => state.close())
  return state
}

async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}

const FEED = 'aa'.repeat(32)
const OTHER = 'ff'.repeat(32)
const bytes = (text: string) => new TextEncoder().encode(text)

const row = (feed: string, sequence: number) => ({ feed, sequence, block: bytes('12345') })

const keysOf = (count: number, first = 0) =>
  Array.from({ length: count }, (_, at) => ({
    fingerprint: (first + at).toString(16).toUpperCase().padStart(40, '0'),
    bytes: bytes('key'),
  }))

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

describe('the state', () => {
  test('is refused to a second node, which is told what to do', async () => {
    const directory = await temporaryDirectory()
    await opened(directory)
    await expect(openState(directory)).rejects.toMatchObject({
      code: 'DATA_IN_USE',
      message: `Another node uses ${directory}; stop it or choose another --data.`,
    })
  })

  test('of another format is refused, and left as it was', async () => {
    const directory = await temporaryDirectory()
    await (await openState(directory)).close()
    const level = new Level(join(directory, 'state'))
    await level.put('format!', '\u0002')
    await level.close()
    await expect(openState(directory)).rejects.toMatchObject({ code: 'DATA_FORMAT_UNKNOWN' })
    await expect(openState(directory)).rejects.toMatchObject({ code: 'DATA_FORMAT_UNKNOWN' })
  })

  test('says which folder it cannot use', async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'file')
    await writeFile(file, '')
    const opening = openState(file)
    await expect(opening).rejects.toMatchObject({ code: 'DISK' })
    await expect(opening).rejects.toThrow(file)
  })

  test('can be read by its owner alone', async () => {
    const directory = await temporaryDirectory()
    await opened(directory)
    expect((await stat(join(directory, 'state'))).mode & 0o777).toBe(0o700)
  })
})

describe('the identity', () => {
  test('is made once and then stays', async () => {
    const directory = await temporaryDirectory()
    const first = await openState(directory)
    const made = await openIdentity(first)
    await first.close()
    const again = await openIdentity(await opened(directory))
    expect([again.peerId, again.feedSeed]).toEqual([made.peerId, made.feedSeed])
    expect(again.feedSeed).toHaveLength(32)
    const other = await openIdentity(await opened(await temporaryDirectory()))
    expect(other.peerId).not.toBe(made.peerId)
    expect(other.feedSeed).not.toEqual(made.feedSeed)
  })

  test('signs as its peer id', async () => {
    const { peerId, sign } = await openIdentity(await opened(await temporaryDirectory()))
    const signature = await sign(bytes('text'))
    const key = peerIdFromString(peerId).publicKey
    expect(await key?.verify(bytes('text'), signature)).toBe(true)
    expect(await key?.verify(bytes('next'), signature)).toBe(false)
  })
})

describe('the own feeds', () => {
  test('are remembered by collection', async () => {
    const directory = await temporaryDirectory()
    const first = await openState(directory)
    expect(await ownFeed(first, 'debian')).toBeUndefined()
    await setOwnFeed(first, { collection: 'debian', generation: 0, key: FEED })
    await setOwnFeed(first, { collection: 'maven', generation: 0, key: FEED })
    const newer = { collection: 'maven', generation: 1, key: OTHER, previous: FEED, settled: 7 }
    await setOwnFeed(first, newer)
    await first.close()
    const state = await opened(directory)
    expect(await ownFeed(state, 'maven')).toEqual(newer)
    expect(await ownFeeds(state)).toEqual([
      { collection: 'debian', generation: 0, key: FEED },
      newer,
    ])
  })
})

describe('the journal', () => {
  test('gives the exact blocks back in order of feed and sequence, also after a restart', async () => {
    const directory = await temporaryDirectory()
    const first = await openState(directory)
    const journal = await openJournal(first)
    const rows = [255, 256, 65_536].map((sequence) => ({
      feed: FEED,
      sequence,
      block: bytes(`block ${sequence}`),
    }))
    const last = { feed: OTHER, sequence: 0, block: bytes('origin') }
    await journal.write([last, ...rows])
    expect(await collect(journal.rows())).toEqual([...rows, last])
    const size = [...rows, last].reduce((sum, { block }) => sum + block.length, 0)
    expect(journal.bytes).toBe(size)
    await first.close()
    const again = await openJournal(await opened(directory))
    expect(await collect(again.rows(FEED))).toEqual(rows)
    expect(await collect(again.rows(OTHER))).toEqual([last])
    expect([again.bytes, [...again.feeds()].toSorted()]).toEqual([size, [FEED, OTHER]])
  })

  test('forgets the blocks below a length, of that feed alone', async () => {
    const journal = await openJournal(await opened(await temporaryDirectory()))
    await journal.write([row(FEED, 0), row(FEED, 1), row(FEED, 2), row(OTHER, 0)])
    await journal.clear(FEED, 2)
    expect(await collect(journal.rows())).toEqual([row(FEED, 2), row(OTHER, 0)])
    expect(journal.bytes).toBe(10)
    await journal.clear(FEED, 2)
    await journal.clear(OTHER, 9)
    expect([journal.bytes, journal.feeds()]).toEqual([5, [FEED]])
    await journal.write([row(FEED, 2)])
    expect(journal.bytes).toBe(5)
  })
})

const MINE = { address: '192.0.2.9' }

describe('public keys posted alone', () => {
  test('are kept by fingerprint, and the newest form of one is kept', async () => {
    const directory = await temporaryDirectory()
    const first = await openState(directory)
    const keys = await openPostedKeys(first)
    await keys.put(
      [
        { fingerprint: 'BB', bytes: bytes('old') },
        { fingerprint: 'AA', bytes: bytes('one') },
        { fingerprint: 'BB', bytes: bytes('newer') },
      ],
      MINE,
    )
    expect([keys.count, keys.bytes, keys.has('AA'), keys.has('CC')]).toEqual([2, 8, true, false])
    await first.close()
    const again = await openPostedKeys(await opened(directory))
    expect(await collect(again.list())).toEqual([
      { fingerprint: 'AA', bytes: bytes('one') },
      { fingerprint: 'BB', bytes: bytes('newer') },
    ])
    await again.remove(['AA', 'DD'])
    expect([again.count, again.bytes, await again.get('AA')]).toEqual([1, 5, undefined])
    expect(await again.get('BB')).toEqual(bytes('newer'))
  })

  test('make room when there are 10,000: the oldest of the address that holds most goes', async () => {
    const directory = await temporaryDirectory()
    const first = await openState(directory)
    let now = 0
    const keys = await openPostedKeys(first, () => now++)
    const [honest] = keysOf(1, MAX_KEYS)
    if (honest === undefined) throw new Error('no key')
    await keys.put([honest], { address: '192.0.2.1' })
    const flood = keysOf(MAX_KEYS - 1)
    await keys.put(flood, { address: '198.51.100.7' })
    const late = { fingerprint: 'LATE', bytes: bytes('key') }
    await keys.put([late], { address: '192.0.2.2' })
    await keys.put([{ fingerprint: 'MORE', bytes: bytes('key') }], { address: '198.51.100.7' })
    expect(keys.count).toBe(MAX_KEYS)
    expect([honest.fingerprint, 'LATE', 'MORE'].map((one) => keys.has(one))).toEqual([
      true,
      true,
      true,
    ])
    const gone = flood.slice(0, 2).map(({ fingerprint }) => fingerprint)
    expect([keys.gone(), gone.some((one) => keys.has(one))]).toEqual([gone, false])
    // it came again
    await keys.put(flood.slice(0, 1), { address: '192.0.2.2' })
    await first.close()
    const again = await openPostedKeys(await opened(directory), () => now)
    expect(again.gone()).toEqual([gone[1], flood[2]?.fingerprint])
    await again.forgetGone(gone)
    expect([again.count, again.gone()]).toEqual([MAX_KEYS, [flood[2]?.fingerprint]])
  })

  test('cost no more to put where nearly 10,000 are than where a hundred are', async () => {
    const keys = await openPostedKeys(await opened(await temporaryDirectory()))
    /** In microseconds of processor time, without what the disk costs: the least of some rounds, since others use the machine too. */
    const costOfPlace = async (): Promise<number> => {
      let least = Infinity
      for (let round = 0; round < 10; round++) {
        const before = process.cpuUsage()
        for (let turn = 0; turn < 100; turn++) await keys.put([], MINE)
        const { user, system } = process.cpuUsage(before)
        least = Math.min(least, user + system)
      }
      return least
    }
    await keys.put(keysOf(100), MINE)
    const withFew = await costOfPlace()
    await keys.put(keysOf(9_800, 100), MINE)
    expect((await costOfPlace()) / withFew).toBeLessThan(5)
  })

  test('of many addresses in one network go before those of a single one elsewhere', async () => {
    const keys = await openPostedKeys(await opened(await temporaryDirectory()))
    const mine = keysOf(100, MAX_KEYS)
    await keys.put(mine, MINE)
    for (let at = 0; at < 198; at++)
      await keys.put(keysOf(50, 50 * at), { address: `198.51.${at}.7` })
    await keys.put([{ fingerprint: 'MORE', bytes: bytes('key') }], { address: '198.51.200.1' })
    await keys.put([{ fingerprint: 'LATE', bytes: bytes('key') }], { address: '203.0.113.1' })
    expect(mine.every(({ fingerprint }) => keys.has(fingerprint))).toBe(true)
    expect([keys.has('MORE'), keys.has('LATE'), keys.gone().length]).toEqual([true, true, 2])
  })

  test('stay with whoever sent them first when another sends a newer copy', async () => {
    const keys = await openPostedKeys(await opened(await temporaryDirectory()))
    await keys.put([{ fingerprint: 'AA', bytes: bytes('mine') }], MINE)
    const other = { address: '198.51.100.7' }
    await keys.put([{ fingerprint: 'AA', bytes: bytes('newer') }], other)
    await keys.put(keysOf(MAX_KEYS - 1), other)
    await keys.put([{ fingerprint: 'MORE', bytes: bytes('key') }], other)
    expect(await keys.get('AA')).toEqual(bytes('newer'))
  })

  test('do not go while something needs them, and without room nothing is taken', async () => {
    const keys = await openPostedKeys(await opened(await temporaryDirectory()))
    await keys.put(keysOf(MAX_KEYS), MINE)
    const needed = new Set(keysOf(2).map(({ fingerprint }) => fingerprint))
    const isNeeded = async ({ fingerprint }: { fingerprint: string }) => needed.has(fingerprint)
    await keys.put([{ fingerprint: 'LATE', bytes: bytes('key') }], { ...MINE, isNeeded })
    expect(keys.gone()).toEqual([keysOf(1, 2)[0]?.fingerprint])
    const refused = keys.put([{ fingerprint: 'NEXT', bytes: bytes('key') }], {
      ...MINE,
      isNeeded: async () => true,
    })
    await expect(refused).rejects.toMatchObject({ code: 'WAITING_FULL' })
    await expect(keys.put(keysOf(MAX_KEYS + 1), MINE)).rejects.toMatchObject({
      code: 'WAITING_FULL',
    })
    expect([keys.count, keys.has('NEXT'), keys.has('LATE')]).toEqual([MAX_KEYS, false, true])
  })

  test('expire when nothing has needed them for 30 days', async () => {
    let now = 0
    const state = await opened(await temporaryDirectory())
    const keys = await openPostedKeys(state, () => now)
    await keys.put(keysOf(2), MINE)
    now = 1
    await keys.put(keysOf(1, 2), MINE)
    const [first, second, third] = keysOf(3).map(({ fingerprint }) => fingerprint)
    now = KEY_TIME - 1
    await keys.expire(async () => false)
    expect(keys.count).toBe(3)
    now = KEY_TIME
    await keys.expire(async ({ fingerprint }) => fingerprint === first)
    expect(keys.gone()).toEqual([second])
    const again = await openPostedKeys(state, () => now)
    expect((await collect(again.list())).map((key) => key.fingerprint)).toEqual([first, third])
  })

  test('keep to 64 MiB', async () => {
    const keys = await openPostedKeys(await opened(await temporaryDirectory()))
    const half = new Uint8Array(33_554_432)
    await keys.put([{ fingerprint: 'AA', bytes: half }], MINE)
    await keys.put([{ fingerprint: 'BB', bytes: half }], MINE)
    await keys.put([{ fingerprint: 'CC', bytes: bytes('k') }], MINE)
    expect([keys.bytes, keys.gone()]).toEqual([33_554_433, ['AA']])
    const tooMuch = { fingerprint: 'DD', bytes: new Uint8Array(67_108_865) }
    await expect(keys.put([tooMuch], MINE)).rejects.toMatchObject({ code: 'WAITING_FULL' })
    expect(keys.bytes).toBe(33_554_433)
  })

  test('go when a feed has them, in the same form', async () => {
    const keys = await openPostedKeys(await opened(await temporaryDirectory()))
    await keys.put([{ fingerprint: 'AA', bytes: bytes('newer') }], MINE)
    await keys.remove([{ fingerprint: 'AA', digest: digest('old') }])
    expect(keys.has('AA')).toBe(true)
    await keys.remove([{ fingerprint: 'AA', digest: digest('newer') }])
    expect([keys.count, keys.gone()]).toEqual([0, []])
  })
})

/** A state that nothing can be written to by the door that does not sync. */
async function syncedOnly(): Promise<State> {
  const state = await opened(await temporaryDirectory())
  return { ...state, writeUnsynced: () => Promise.reject(new Error('that is not synced')) }
}

describe('what must survive a power loss is synced before it is believed:', () => {
  test('a tombstone, and that it was taken back', async () => {
    const state = await syncedOnly()
    const tombstone = {
      id: digest('spam'),
      reason: 'It is spam.',
      code: 'spam',
      at: 1,
      collections: ['debian'],
      places: [],
      files: [],
      directories: [],
      isErased: false,
    }
    await putWithheld(state, [tombstone])
    expect(await withheldRows(state)).toMatchObject([{ id: tombstone.id }])
    await removeWithheld(state, [tombstone.id])
    expect(await withheldRows(state)).toEqual([])
  })

  test('the journal', async () => {
    const state = await syncedOnly()
    const journal = await openJournal(state)
    await journal.write([row(FEED, 0)])
    expect(await collect(journal.rows(FEED))).toEqual([row(FEED, 0)])
  })
})
