import { describe, expect, it, onTestFinished } from 'vitest'
import type { OwnFeed, Replica } from '../../../src/feeds/format/feed.ts'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import {
  makeMissingBlocks,
  type MissingBlocks,
} from '../../../src/repository/following/missing-blocks.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const DAY = 86_400_000

async function storeOf(octet: number) {
  const store = await openFeedStore(await temporaryDirectory(), {
    peerId: '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    feedSeed: new Uint8Array(32).fill(octet),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => store.close())
  return store
}

interface Copied {
  readonly replica: Replica
  /** The writer appends so many blocks and loses some of them before the replica gets the others. */
  readonly append: (count: number, lost: readonly number[]) => Promise<void>
}

/** A feed of one store, and its copy in another. */
async function openCopied(): Promise<Copied> {
  const [writer, reader] = [await storeOf(1), await storeOf(2)]
  const feed: OwnFeed = await writer.own('debian', 0)
  const replica = await reader.get(feed.key, 'debian')
  replica.follow(() => true)
  return {
    replica,
    append: async (count, lost) => {
      const from = feed.length
      const blocks = Array.from({ length: count }, (_, at) => new Uint8Array([from + at]))
      await feed.append(blocks)
      for (const sequence of lost) await feed.clear(sequence)
      const part = connectStores(writer, reader)
      const all = blocks.map((_, at) => from + at).filter((one) => !lost.includes(one))
      await until(() => all.every((sequence) => replica.has(sequence)))
      part()
    },
  }
}

function waitFor(replica: Replica): MissingBlocks & { readonly timeout: () => Promise<void> } {
  const missing = makeMissingBlocks(
    replica,
    { gone: 1_500, stuck: DAY },
    {
      holes: { count: () => 0 },
      onFault: (error) => expect.fail(String(error)),
    },
  )
  onTestFinished(missing.close)
  return {
    ...missing,
    timeout: () =>
      new Promise((resolve) => {
        missing.onTimeout(resolve)
      }),
  }
}

describe('a pair that nobody has', () => {
  it('is waited for, and so is the next, however long ago the one before it was given up', async () => {
    const { replica, append } = await openCopied()
    await append(7, [1])
    const missing = waitFor(replica)
    expect(missing.next(1, 64)).toEqual([])
    await missing.timeout()
    expect(missing.next(1, 64)).toEqual([1, 3, 5])
    await append(4, [7])
    expect(missing.next(7, 64)).toEqual([])
    await missing.timeout()
    expect(missing.next(7, 64)).toEqual([7, 9])
  })

  it('is waited for together with the others that were missing then', async () => {
    const { replica, append } = await openCopied()
    await append(11, [1, 4, 7])
    const missing = waitFor(replica)
    expect(missing.next(1, 64)).toEqual([])
    await missing.timeout()
    expect(missing.next(1, 64)).toEqual([1, 3, 5, 7, 9])
  })

  it('stays given up while the next is waited for', async () => {
    const { replica, append } = await openCopied()
    await append(5, [1])
    const missing = waitFor(replica)
    expect(missing.next(1, 64)).toEqual([])
    const over = missing.timeout()
    await append(4, [5])
    await over
    // what is behind the first is not followed yet
    expect(missing.next(1, 64)).toEqual([1, 3])
    expect(missing.next(1, 64)).toEqual([1, 3])
    await missing.timeout()
    expect(missing.next(1, 64)).toEqual([1, 3, 5, 7])
  })
})
