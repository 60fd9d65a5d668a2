import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { AdmissionError, MalformedError } from '../../../src/base/errors.ts'
import { openDisk } from '../../../src/base/disk.ts'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { openIndexes } from '../../../src/indexes/database.ts'
import { openLogger } from '../../../src/base/logger.ts'
import { openKeyringFiles } from '../../../src/repository/keys/keyring-files.ts'
import { openRepository } from '../../../src/repository/open-repository.ts'
import { makeReleases, releaseWaiting } from '../../../src/repository/submission/releases.ts'
import { openWaitingRevocations } from '../../../src/state/revocations.ts'
import { openVerificationPool } from '../../../src/repository/verification/verification-pool.ts'
import { openState } from '../../../src/state/database.ts'
import { openIdentity } from '../../../src/state/identity.ts'
import { openJournal } from '../../../src/state/journal.ts'
import { openPostedKeys } from '../../../src/state/keys.ts'
import { openWaitingPlace, WAITING_LIMITS } from '../../../src/state/waiting-place.ts'
import { debianText } from '../../support/debian-text.ts'
import { dataBytes } from '../../support/inputs.ts'
import { latch } from '../../support/latch.ts'
import { openTestData, openTestRepository } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const helloOfBob = dataBytes('hello/bob/hello_2.10-3_amd64.buildinfo')

describe('a certification that waits for its key', () => {
  it('is taken when the key came while it was being examined', async () => {
    const data = await temporaryDirectory()
    const state = await openState(data)
    const identity = await openIdentity(state)
    const store = await openFeedStore(data, identity)
    const indexes = await openIndexes(join(data, 'indexes'))
    const pool = openVerificationPool(0)
    const gate = latch()
    const isExamining = latch()
    const busy = {
      ...pool,
      examine: async (...task: Parameters<typeof pool.examine>) => {
        const answer = await pool.examine(...task)
        isExamining.open()
        await gate.opened
        return answer
      },
    }
    const disk = openDisk(data, openLogger('error'))
    onTestFinished(disk.close)
    const opened = await openRepository(
      {
        state,
        journal: await openJournal(state),
        posted: await openPostedKeys(state),
        revocations: await openWaitingRevocations(state),
        waiting: await openWaitingPlace(state, Date.now, WAITING_LIMITS),
        store,
        indexes,
      },
      {
        collections: [{ name: 'debian', dialect: 'debian', admit: 'any' }],
        keyringFiles: await openKeyringFiles([], pool),
        pool: busy,
        now: Date.now,
        disk,
        onProgress: () => undefined,
        onFault: (error) => expect.unreachable(String(error)),
        about: { version: '1', peerId: identity.peerId, startedAt: '' },
      },
    )
    onTestFinished(async () => {
      await opened.close()
      await indexes.close()
      await store.close()
      await state.close()
    })
    await opened.caughtUp()
    const turn = opened.repository.submit({ collection: 'debian', bytes: helloOfBob })
    await isExamining.opened
    await opened.repository.addKeys(dataBytes('hello/bob.asc'))
    gate.open()
    expect(await turn).toMatchObject([{ receipt: { state: 'verified' } }])
    expect((await opened.repository.find({})).items).toHaveLength(1)
    expect((await opened.repository.status()).waiting.items).toBe(0)
  })

  it('is taken at the start of a node that was killed between the two', async () => {
    const data = await temporaryDirectory()
    const first = await openTestData(data)
    await first.repository.submit({ collection: 'debian', bytes: helloOfBob })
    await first.close()
    const state = await openState(data)
    const posted = await openPostedKeys(state)
    await posted.put(await readPublicKeys(dataBytes('hello/bob.asc')), { address: '192.0.2.1' })
    await state.close()
    const second = await openTestData(data)
    onTestFinished(() => second.close())
    await second.caughtUp()
    expect((await second.repository.find({})).items).toHaveLength(1)
    expect((await second.repository.status()).waiting.items).toBe(0)
  })

  it('is taken when its key comes beside a certification of another collection', async () => {
    const collections = [
      { name: 'debian', dialect: 'debian', admit: 'unverified' },
      { name: 'strict', dialect: 'debian', admit: 'any' },
    ] as const
    const repository = await openTestRepository({ collections })
    const alice = await rebuilder()
    const file = bytes(await clearsign(debianText({}), [alice]))
    const other = bytes(await clearsign(debianText({ version: '3' }), [alice]))
    await repository.submit({ collection: 'debian', bytes: file })
    const [outcome] = await repository.submit({ collection: 'strict', bytes: other })
    expect(outcome?.status).toBe('waiting')
    await repository.submit({ collection: 'debian', bytes: file, keys: alice.publicKey.bytes })
    await vi.waitFor(async () => expect((await repository.status()).waiting.items).toBe(0))
    expect((await repository.find({ collection: 'strict' })).items).toHaveLength(1)
  })

  it.each([
    { error: new AdmissionError('BEHIND', ''), stays: true },
    { error: new AdmissionError('CLOSING', ''), stays: true },
    { error: new AdmissionError('RATE_EXCEEDED', ''), stays: true },
    { error: new AdmissionError('WAITING_FULL', ''), stays: true },
    { error: new AdmissionError('REBUILDER_REFUSED', ''), stays: false },
    { error: new MalformedError('BUILDINFO_SYNTAX', ''), stays: false },
  ])('waits on after $error.code: $stays', async ({ error, stays }) => {
    let isGone = false
    const waiter = {
      submission: { collection: 'debian', bytes: helloOfBob },
      done: async () => {
        isGone = true
      },
    }
    const waiting = { byKeys: async () => [waiter] }
    const releases = makeReleases(
      (keyIds) => releaseWaiting(waiting, keyIds, () => Promise.reject(error)),
      () => undefined,
    )
    releases.releaseSoon(['0123456789ABCDEF'])
    await releases.idle()
    expect(isGone).toBe(!stays)
  })
})
