import { hash } from 'node:crypto'
import { readdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeOpenedBlocks } from '../../../src/feeds/format/opened-blocks.ts'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import { asVerifiedKeyBytes } from '../../../src/certification/signatures/verified-key-bytes.ts'
import type { KeyRow } from '../../../src/indexes/keyring.ts'
import type { Config } from '../../../src/config/config.ts'
import type { OpenRepository } from '../../../src/repository/opened-repository.ts'
import type { WrittenFeed } from '../../../src/repository/own-feeds/write-plan.ts'
import { openWriter } from '../../../src/repository/own-feeds/writer.ts'
import { openState } from '../../../src/state/database.ts'
import { KEY_TIME, openPostedKeys } from '../../../src/state/keys.ts'
import { debianText } from '../../support/debian-text.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const MEBIBYTE = 1024 * 1024
const NONE_POSTED = { has: () => false, remove: async () => undefined }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A data folder with one certification in it, of a node that was stopped. */
async function kept(): Promise<string> {
  const data = await temporaryDirectory()
  const alice = await rebuilder()
  const opened = await openTestData(data)
  await opened.repository.submit({
    collection: 'debian',
    bytes: bytes(await clearsign(debianText({}), [alice])),
    keys: bytes(armorPublicKey(alice.publicKey.bytes)),
  })
  await opened.close()
  return data
}

async function started(data: string, settings: Partial<Config> = {}) {
  const opened = await openTestData(data, settings)
  onTestFinished(() => opened.close())
  await opened.caughtUp()
  return opened.repository
}

describe('a feed', () => {
  test('that has gone is noticed, and no second history is written with its key', async () => {
    const data = await kept()
    await rm(join(data, 'feeds'), { recursive: true })
    for (let start = 0; start < 2; start++) {
      const opening = openTestData(data)
      await expect(opening).rejects.toMatchObject({ name: 'StorageError', code: 'FEED_CORRUPT' })
      await expect(opening).rejects.toThrow('Put its feeds folder back as it was')
    }
  })

  test('of a collection that is not configured any more is still read, also by a reindex', async () => {
    const data = await kept()
    const collections: Config['collections'] = [{ name: 'maven', dialect: 'jvm', admit: 'any' }]
    const opened = await openTestData(data, { collections })
    await opened.caughtUp()
    const before = await opened.repository.find({})
    await opened.close()
    await rm(join(data, 'indexes'), { recursive: true })
    const repository = await started(data, { collections })
    const after = await repository.find({})
    expect(after.items).toHaveLength(1)
    expect(after.items).toEqual(before.items)
    for (const { id } of after.items)
      expect(await repository.certification(id)).toMatchObject({ id, collections: ['debian'] })
    expect((await repository.status()).collections.map(({ name }) => name)).toEqual(['maven'])
  })
})

describe('an index', () => {
  test.each(['.ldb', 'MANIFEST', 'CURRENT'])('that lost its %s is built again', async (part) => {
    const data = await kept()
    // what was in the log goes into a table when it is opened again
    await (await openTestData(data)).close()
    const folder = join(data, 'indexes')
    const lost = (await readdir(folder)).filter((name) => name.includes(part))
    expect(lost).not.toEqual([])
    for (const name of lost) await unlink(join(folder, name))
    expect((await (await started(data)).find({})).items).toHaveLength(1)
    expect(await readdir(data)).toEqual(['feeds', 'indexes', 'state'])
  })
})

describe('a key that was posted', () => {
  test('is kept apart until a feed has it, and its certification verifies after a reindex too', async () => {
    const data = await temporaryDirectory()
    const alice = await rebuilder()
    const signed = bytes(await clearsign(debianText({}), [alice]))
    const opened = await openTestData(data)
    await opened.repository.addKeys(bytes(armorPublicKey(alice.publicKey.bytes)))
    expect(await postedIn(data, opened)).toEqual([alice.publicKey.fingerprint])
    const second = await openTestData(data)
    await second.repository.submit({ collection: 'debian', bytes: signed })
    expect(await postedIn(data, second)).toEqual([])
    await rm(join(data, 'indexes'), { recursive: true })
    const { items } = await (await started(data)).find({})
    expect(items).toMatchObject([{ state: 'verified' }])
  })

  test('and has expired is not answered with any more', async () => {
    const data = await temporaryDirectory()
    const [alice, bob] = [await rebuilder(), await rebuilder()]
    const opened = await openTestData(data)
    for (const { publicKey } of [alice, bob])
      await opened.repository.addKeys(bytes(armorPublicKey(publicKey.bytes)))
    await opened.close()
    const state = await openState(data)
    const long = await openPostedKeys(state, () => Date.now() - KEY_TIME - 1_000)
    await long.put([alice.publicKey], { address: '192.0.2.1' })
    await state.close()
    const repository = await started(data)
    await repository.addKeys(bytes(armorPublicKey(bob.publicKey.bytes)))
    expect(await repository.key(alice.publicKey.fingerprint)).toBeUndefined()
    expect(await repository.key(bob.publicKey.fingerprint)).toBeDefined()
  })
})

/** Fingerprints that the state has once the node is closed. */
async function postedIn(data: string, opened: OpenRepository): Promise<readonly string[]> {
  await opened.close()
  const state = await openState(data)
  const found: string[] = []
  for await (const { fingerprint } of (await openPostedKeys(state)).list()) found.push(fingerprint)
  await state.close()
  return found
}

/** What the writer needs of a feed, without a disk. */
function emptyFeed(): WrittenFeed {
  let length = 0
  return {
    key: 'f'.repeat(64),
    get length() {
      return length
    },
    readData: async () => undefined,
    append: async (blocks) => {
      length += blocks.length
    },
  }
}

describe('the writer', () => {
  test('writes at most 16 MiB at once, of entries and keys together, and each key once', async () => {
    const feed = emptyFeed()
    const writes: number[] = []
    const writer = openWriter(
      {
        journal: {
          bytes: 0,
          write: async (rows) => {
            writes.push(rows.reduce((sum, { block }) => sum + block.length, 0))
          },
        },
        own: { settle: async () => undefined },
        posted: NONE_POSTED,
        opened: makeOpenedBlocks(MEBIBYTE),
      },
      async () => undefined,
    )
    const large = (at: number): KeyRow => {
      const text = new Uint8Array(MEBIBYTE / 2).fill(at)
      return {
        fingerprint: String(at).padStart(40, '0'),
        digest: hash('sha256', text),
        bytes: asVerifiedKeyBytes(text),
      }
    }
    const all = Array.from({ length: 40 }, (_, at) => large(at))
    await Promise.all([...all, ...all, ...all].map((key) => writer.appendKey(feed, key)))
    // the first is written alone, and what has come meanwhile behind it
    expect(Math.max(...writes)).toBeLessThan(17 * MEBIBYTE)
    expect(writes.length).toBeLessThanOrEqual(4)
    expect(writes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(20 * MEBIBYTE)
  })

  test('writes nothing any more after a sync of the feeds has failed', async () => {
    let settled = 0
    const feed = emptyFeed()
    const writer = openWriter(
      {
        journal: { bytes: 17 * 1024 * 1024, write: async () => undefined },
        own: {
          settle: async () => {
            settled += 1
            if (settled === 1) throw new Error('EIO: fdatasync')
          },
        },
        posted: NONE_POSTED,
        opened: makeOpenedBlocks(MEBIBYTE),
      },
      async () => undefined,
    )
    const write = (at: number) =>
      writer.appendEntry({
        feed,
        entry: {
          kind: 'certification',
          id: String(at).padStart(64, '0'),
          dialect: 'debian',
          bytes: bytes('x'),
          acceptedAt: 0,
        },
      })
    await expect(write(1)).rejects.toMatchObject({ code: 'DISK' })
    const written = feed.length
    await expect(write(2)).rejects.toMatchObject({ code: 'DISK' })
    await writer.close()
    expect([feed.length, settled]).toEqual([written, 1])
  })
})
