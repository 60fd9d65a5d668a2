import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeOpenedBlocks } from '../../../src/feeds/format/opened-blocks.ts'
import { decodeDataBlock } from '../../../src/feeds/format/block.ts'
import { beginBatch } from '../../../src/indexes/batch.ts'
import { openIndexes } from '../../../src/indexes/database.ts'
import { type KeyRow, putKey } from '../../../src/indexes/keyring.ts'
import { openLogger } from '../../../src/base/logger.ts'
import { reindex } from '../../../src/stopped-node.ts'
import { openKeyring } from '../../../src/repository/keys/keyring.ts'
import { openKeyringFiles } from '../../../src/repository/keys/keyring-files.ts'
import { openVerificationPool } from '../../../src/repository/verification/verification-pool.ts'
import { openWriter } from '../../../src/repository/own-feeds/writer.ts'
import { debianText } from '../../support/debian-text.ts'
import { indexRows } from '../../support/index-rows.ts'
import { dataBytes } from '../../support/inputs.ts'
import { latch } from '../../support/latch.ts'
import {
  crowdedCopy,
  narrowedCopy,
  renamedCopy,
  revokedCopy,
  sharingCopy,
} from '../../support/key-changes.ts'
import { openTestData, openTestRepository, testConfig } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const UNVERIFIED = [{ name: 'debian', dialect: 'debian', admit: 'unverified' }] as const
const helloOf = (who: string) => dataBytes(`hello/${who}/hello_2.10-3_amd64.buildinfo`)

const signedBy = async (who: TestRebuilder, version?: string): Promise<Uint8Array> =>
  new TextEncoder().encode(
    await clearsign(debianText(version === undefined ? {} : { version }), [who]),
  )

describe('two copies of a key that come at once', () => {
  it('are both kept, and are both there when the indexes are built again', async () => {
    const data = await temporaryDirectory()
    const first = await openTestData(data)
    const alice = await rebuilder()
    const { fingerprint, bytes } = alice.publicKey
    await first.repository.addKeys(bytes)
    const copies = [await revokedCopy(alice), await renamedCopy(alice, 'new@example.org')]
    await Promise.all(copies.map((copy) => first.repository.addKeys(copy.bytes)))
    const grown = await first.repository.keyListings(fingerprint)
    expect(grown).toMatchObject([{ revoked: true, userIds: { length: 2 } }])
    await first.close()
    await rm(join(data, 'indexes'), { recursive: true })
    const second = await openTestData(data)
    onTestFinished(() => second.close())
    await second.caughtUp()
    expect(await second.repository.keyListings(fingerprint)).toEqual(grown)
  })

  it('are both kept when a feed has the key already', async () => {
    const data = await temporaryDirectory()
    const first = await openTestData(data)
    const alice = await rebuilder()
    const { fingerprint, bytes: keys } = alice.publicKey
    await first.repository.submit({ collection: 'debian', bytes: await signedBy(alice), keys })
    const copies = [await revokedCopy(alice), await renamedCopy(alice, 'new@example.org')]
    const answers = await Promise.all(copies.map((copy) => first.repository.addKeys(copy.bytes)))
    expect(answers.flat()).toMatchObject([{ added: true }, { added: true }])
    const grown = await first.repository.keyListings(fingerprint)
    expect(grown).toMatchObject([{ revoked: true, userIds: { length: 2 } }])
    await first.close()
    await rm(join(data, 'indexes'), { recursive: true })
    const second = await openTestData(data)
    onTestFinished(() => second.close())
    await second.caughtUp()
    expect(await second.repository.keyListings(fingerprint)).toEqual(grown)
  })

  it('both reach the feed when one sync carries them', async () => {
    const alice = await rebuilder()
    const copies = [await revokedCopy(alice), await renamedCopy(alice, 'new@example.org')]
    const appended: Uint8Array[] = []
    const feed = {
      key: 'f'.repeat(64),
      collection: 'debian',
      get length() {
        return 1 + appended.length
      },
      head: () => Promise.reject(new Error('nobody asks for it')),
      readData: () => Promise.resolve(undefined),
      onChanged: () => () => undefined,
      append: async (blocks: readonly Uint8Array[]) => {
        appended.push(...blocks)
      },
    }
    const writer = openWriter(
      {
        journal: { bytes: 0, write: async () => undefined },
        own: { settle: async () => undefined },
        posted: { has: () => false, remove: async () => undefined },
        opened: makeOpenedBlocks(1_000_000),
      },
      async () => alice.publicKey.digest,
    )
    // the first one is written alone, and what comes meanwhile goes together
    const places = await Promise.all(
      [alice.publicKey, ...copies].map((key) => writer.appendKey(feed, key)),
    )
    expect(places[0]).toBeUndefined()
    expect(places[1]).toBeDefined()
    expect(places[2]).toBeDefined()
    const blocks = appended.filter((_, at) => at % 2 === 0)
    const entries = await Promise.all(blocks.map((block) => decodeDataBlock(block)))
    const ids = entries.flat().map(({ id }) => id)
    expect(ids.toSorted()).toEqual(copies.map(({ digest }) => digest).toSorted())
  })
})

describe('a key', () => {
  it('that changes while it is loaded is not remembered as it was', async () => {
    const indexes = await openIndexes(await temporaryDirectory())
    onTestFinished(() => indexes.close())
    const alice = await rebuilder()
    const revoked = await revokedCopy(alice)
    const [keyId = ''] = alice.publicKey.keyIds
    const gate = latch()
    let reads = 0
    const isReading = latch()
    const files = {
      has: () => false,
      keys: async () => [],
      read: async () => {
        reads += 1
        isReading.open()
        if (reads === 1) await gate.opened
        return []
      },
    }
    const keyring = openKeyring(indexes, files, openVerificationPool(0))
    const store = async (key: KeyRow): Promise<void> => {
      const batch = beginBatch(indexes)
      await putKey(batch, key, { signingKeyIds: [keyId], lost: [] })
      await batch.commit()
      keyring.forget([keyId])
    }
    await store(alice.publicKey)
    const loading = keyring.forKeyId(keyId)
    await isReading.opened
    await store(revoked)
    gate.open()
    await loading
    expect(await keyring.forKeyId(keyId)).toMatchObject([{ digest: revoked.digest }])
  })

  it('that may not sign any more verifies nothing, whenever that was said', async () => {
    const states: unknown[] = []
    for (const isKnownBefore of [false, true]) {
      const alice = await rebuilder({ subkeys: [{ sign: true }] })
      const repository = await openTestRepository({ collections: UNVERIFIED })
      if (isKnownBefore) await repository.addKeys(alice.publicKey.bytes)
      await repository.submit({ collection: 'debian', bytes: await signedBy(alice) })
      await repository.addKeys(await narrowedCopy(alice))
      const { items } = await repository.find({})
      states.push(items[0]?.state)
      expect(await repository.rebuilder(alice.publicKey.fingerprint)).toBeUndefined()
    }
    expect(states).toEqual(['key-unknown', 'key-unknown'])
  })

  it('that has room for a subkey no more: by that nothing is verified, whichever form came first', async () => {
    const alice = await rebuilder({ subkeys: [{ sign: true }] })
    const crowded = await crowdedCopy(alice)
    expect(crowded.signingKeyIds).toEqual(alice.publicKey.signingKeyIds.slice(0, 1))
    const bytes = await signedBy(alice)
    const seen: unknown[] = []
    for (const [before, after] of [
      [alice.publicKey.bytes, crowded.bytes],
      [crowded.bytes, alice.publicKey.bytes],
    ] as const) {
      const data = await temporaryDirectory()
      const first = await openTestData(data, { collections: UNVERIFIED })
      await first.repository.addKeys(before)
      await first.repository.submit({ collection: 'debian', bytes })
      await first.repository.addKeys(after)
      const late = await signedBy(alice, '2.0-1')
      await first.repository.submit({ collection: 'debian', bytes: late })
      seen.push((await first.repository.find({})).items.map(({ state }) => state))
      await first.close()
      const grown = await indexRows(data)
      await reindex(
        await testConfig(data, { collections: UNVERIFIED }),
        openLogger('silent'),
        () => undefined,
      )
      expect(await indexRows(data)).toEqual(grown)
    }
    const unknown = ['key-unknown', 'key-unknown']
    expect(seen).toEqual([unknown, unknown])
  })

  it('whose subkey another key has too: the rebuilder is the same whichever came first', async () => {
    const [alice, bob] = [await rebuilder({ subkeys: [{ sign: true }] }), await rebuilder()]
    const shared = await sharingCopy(alice, bob)
    const bytes = await signedBy(alice)
    const seen: unknown[] = []
    const orders = [
      [alice.publicKey.bytes, shared],
      [shared, alice.publicKey.bytes],
    ] as const
    for (const [before, after] of orders) {
      const repository = await openTestRepository()
      await repository.addKeys(before)
      await repository.submit({ collection: 'debian', bytes })
      await repository.addKeys(after)
      const [item] = (await repository.find({})).items
      const name = item?.rebuilder ?? ''
      const found = (await repository.find({ rebuilder: name })).items.length
      const { items } = await repository.rebuilders({ limit: 10 })
      const counted = items.map(({ fingerprint, certifications }) => [fingerprint, certifications])
      seen.push({ name, found, counted })
      expect({ found, counted }).toEqual({ found: 1, counted: [[name, 1]] })
    }
    expect(seen[0]).toEqual(seen[1])
  })

  it('of a certification that came unverified goes into the feed when it comes', async () => {
    const repository = await openTestRepository({ collections: UNVERIFIED })
    await repository.submit({ collection: 'debian', bytes: helloOf('bob') })
    const before = (await repository.status()).collections[0]?.length ?? 0
    await repository.addKeys(dataBytes('hello/bob.asc'))
    expect((await repository.status()).collections[0]?.length).toBe(before + 2)
  })
})

describe('a keyring file', () => {
  it('that is replaced while the node runs still gives its keys', async () => {
    const folder = await temporaryDirectory()
    const [alice, bob] = [await rebuilder(), await rebuilder()]
    const path = join(folder, 'keyring.gpg')
    await writeFile(path, alice.publicKey.bytes)
    const files = await openKeyringFiles([path], openVerificationPool(0))
    await writeFile(`${path}.new`, Buffer.concat([bob.publicKey.bytes, alice.publicKey.bytes]))
    await rename(`${path}.new`, path)
    for (const { fingerprint } of [alice.publicKey, bob.publicKey])
      expect(await files.read(fingerprint)).toMatchObject([{ fingerprint }])
  })

  it('that is armored gives its keys without being read again, even when it has gone', async () => {
    const path = join(await temporaryDirectory(), 'keyring.asc')
    await writeFile(path, dataBytes('hello/alice.asc'))
    const files = await openKeyringFiles([path], openVerificationPool(0))
    await rm(path)
    const [{ fingerprint } = { fingerprint: '' }] = await files.keys()
    expect(await files.read(fingerprint)).toMatchObject([{ fingerprint }])
  })

  it('in which a key is revoked counts at the next start, as it does after a reindex', async () => {
    const data = await temporaryDirectory()
    const path = join(await temporaryDirectory(), 'keyring.gpg')
    const alice = await rebuilder()
    const settings = { keyrings: [path] }
    await writeFile(path, alice.publicKey.bytes)
    const first = await openTestData(data, settings)
    await first.repository.submit({ collection: 'debian', bytes: await signedBy(alice) })
    expect((await first.repository.find({})).items).toMatchObject([{ state: 'verified' }])
    await first.close()
    await writeFile(path, (await revokedCopy(alice)).bytes)
    const second = await openTestData(data, settings)
    await second.caughtUp()
    expect((await second.repository.find({})).items).toMatchObject([{ state: 'key-revoked' }])
    await second.close()
    const grown = await indexRows(data)
    await reindex(await testConfig(data, settings), openLogger('silent'), () => undefined)
    expect(await indexRows(data)).toEqual(grown)
  })

  it('that is added verifies at the next start what came unverified, and is missed when it goes', async () => {
    const data = await temporaryDirectory()
    const path = join(await temporaryDirectory(), 'keyring.asc')
    await writeFile(path, dataBytes('hello/bob.asc'))
    const states: unknown[] = []
    for (const keyrings of [[], [path], []]) {
      const opened = await openTestData(data, { collections: UNVERIFIED, keyrings })
      if (states.length === 0)
        await opened.repository.submit({ collection: 'debian', bytes: helloOf('bob') })
      await opened.caughtUp()
      states.push((await opened.repository.find({})).items[0]?.state)
      await opened.close()
    }
    expect(states).toEqual(['key-unknown', 'verified', 'key-unknown'])
  })

  it('releases at the next start what waited for a key in it', async () => {
    const data = await temporaryDirectory()
    const path = join(await temporaryDirectory(), 'keyring.asc')
    await writeFile(path, dataBytes('hello/bob.asc'))
    const first = await openTestData(data)
    await first.repository.submit({ collection: 'debian', bytes: helloOf('bob') })
    await first.close()
    const second = await openTestData(data, { keyrings: [path] })
    onTestFinished(() => second.close())
    await second.caughtUp()
    expect((await second.repository.find({})).items).toMatchObject([{ state: 'verified' }])
  })

  it('that knows of a revocation shows it with the key, whatever was posted', async () => {
    const path = join(await temporaryDirectory(), 'keyring.gpg')
    const alice = await rebuilder()
    await writeFile(path, (await revokedCopy(alice)).bytes)
    const repository = await openTestRepository({ keyrings: [path] })
    await repository.addKeys(alice.publicKey.bytes)
    expect(await repository.keyListings(alice.publicKey.fingerprint)).toMatchObject([
      { revoked: true },
    ])
  })
})

describe('a key with many certifications', () => {
  it('that changes does not hold up those of others, and is derived again all the same', async () => {
    const data = await temporaryDirectory()
    const opened = await openTestData(data)
    const [alice, bob] = [await rebuilder(), await rebuilder()]
    for (const { publicKey } of [alice, bob]) await opened.repository.addKeys(publicKey.bytes)
    const versions = Array.from({ length: 200 }, (_, at) => `2.10-${at}`)
    await Promise.all(
      versions.map(async (version) => {
        const bytes = new TextEncoder().encode(await clearsign(debianText({ version }), [alice]))
        await opened.repository.submit({ collection: 'debian', bytes })
      }),
    )
    const order: string[] = []
    const revoked = await revokedCopy(alice)
    const honest = await signedBy(bob)
    await Promise.all([
      opened.repository.addKeys(revoked.bytes).then(() => order.push('key')),
      opened.repository
        .submit({ collection: 'debian', bytes: honest })
        .then(() => order.push('certification')),
    ])
    expect(order).toEqual(['certification', 'key'])
    const { fingerprint: name } = alice.publicKey
    const { items } = await opened.repository.find({ rebuilder: name, limit: 200 })
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['key-revoked']))
    expect(items).toHaveLength(200)
    await opened.close()
    const grown = await indexRows(data)
    await reindex(await testConfig(data), openLogger('silent'), () => undefined)
    expect(await indexRows(data)).toEqual(grown)
  })
})
