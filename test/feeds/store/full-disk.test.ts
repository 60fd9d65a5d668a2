import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StorageError } from '../../../src/base/errors.ts'
import type { Taken } from '../../../src/feeds/format/feed.ts'
import { type FeedStore, openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { replay } from '../../../src/feeds/store/replay.ts'
import { openState } from '../../../src/state/database.ts'
import { openIdentity } from '../../../src/state/identity.ts'
import { openJournal } from '../../../src/state/journal.ts'
import { burstBlock } from '../../support/burst-block.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { smallDisk, whyNoSmallDisk } from '../../support/small-disk.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const WRITER = fileURLToPath(new URL('../../support/full-disk.ts', import.meta.url))
/** No file can have more than 1 MiB, as if the disk ended there; without the trap the process would be killed. */
const LIMITED = 'trap "" XFSZ; ulimit -f 2048; exec "$@"'

describe('a full disk', () => {
  test.each(['journal', 'feed', 'index'])(
    'under the %s is told, nothing more is taken, and nothing acknowledged is lost',
    async (place) => {
      const directory = await temporaryDirectory()
      const command = [process.execPath, '--import', 'tsx', WRITER, directory, place]
      const { stdout, stderr } = spawnSync('sh', ['-c', LIMITED, 'sh', ...command], {
        encoding: 'utf8',
      })
      expect(stderr).toBe('')
      const [count, ...refusals] = stdout.split('\n')
      expect(refusals).toHaveLength(2)
      for (const refusal of refusals)
        expect(refusal).toMatch(/^DISK_FULL: .* cannot be (used|written): /)
      const acknowledged = Number(count)
      expect(acknowledged).toBeGreaterThan(20)

      const state = await openState(directory)
      const store = await openFeedStore(directory, await openIdentity(state))
      const [feed, journal] = [await store.own('debian', 0), await openJournal(state)]
      await replay(journal.rows(feed.key), feed)
      expect(feed.length).toBeGreaterThanOrEqual(acknowledged)
      for (let at = 0; at < feed.length; at++)
        expect(await feed.readData(at)).toEqual(burstBlock(at))
      await store.close()
      await state.close()
    },
  )
})

const BLOCK = 256 * 1024

async function openedStore(
  directory: string,
  onFailure?: (error: StorageError) => void,
): Promise<FeedStore> {
  const state = await openState(directory)
  const store = await openFeedStore(directory, await openIdentity(state), { onFailure })
  onTestFinished(async () => {
    await store.close()
    await state.close()
  })
  return store
}

test.skipIf(whyNoSmallDisk() !== undefined)(
  'a block of a replica that cannot be written is told, and is no lie of who sent it',
  async () => {
    const disk = await smallDisk(48)
    const failures: StorageError[] = []
    const writer = await openedStore(await temporaryDirectory())
    const copy = await openedStore(disk.data, (error) => failures.push(error))
    const feed = await writer.own('debian', 0)
    await feed.append([burstBlock(0)])
    const replica = await copy.get(feed.key, 'debian')
    replica.follow(() => true)
    onTestFinished(connectStores(writer, copy))
    await until(() => replica.downloaded === 1)

    disk.fill()
    await until(async () => {
      // RocksDB has taken room for some of its log before
      await feed.append([new Uint8Array(randomBytes(BLOCK))])
      return failures.length > 0
    })
    expect(failures[0]).toMatchObject({ code: 'DISK_FULL', errno: 'ENOSPC' })
    expect(replica.frozen).toBe(false)
    expect(await replica.readData(0)).toEqual(burstBlock(0))
  },
)

test.skipIf(whyNoSmallDisk() !== undefined)(
  'pairs that are pushed and cannot be written are told, no lie of who pushed them, and not there',
  async () => {
    const disk = await smallDisk(48)
    const failures: StorageError[] = []
    const writer = await openedStore(await temporaryDirectory())
    const copy = await openedStore(disk.data, (error) => failures.push(error))
    const feed = await writer.own('debian', 0)
    await feed.append([burstBlock(0)])
    const replica = await copy.get(feed.key, 'debian')
    replica.follow(() => true)
    const part = connectStores(writer, copy)
    await until(() => replica.downloaded === 1)
    part()
    const push = async (block: Uint8Array): Promise<Taken> => {
      const at = feed.length
      await feed.append([block])
      const { signature } = await feed.head()
      return replica.take({ at, signature: Buffer.from(signature, 'hex'), blocks: [block] })
    }
    expect(await push(burstBlock(1))).toBe('taken')

    disk.fill()
    let taken: Taken = 'taken'
    while (taken === 'taken') taken = await push(new Uint8Array(randomBytes(BLOCK)))
    expect(taken).toBe('unwritten')
    expect(failures[0]).toMatchObject({ code: 'DISK_FULL', errno: 'ENOSPC' })
    expect(replica.length).toBe(feed.length - 1)
    expect(await replica.readData(0)).toEqual(burstBlock(0))
  },
)
