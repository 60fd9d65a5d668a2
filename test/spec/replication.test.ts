import { describe, expect, onTestFinished, test } from 'vitest'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { opens } from '../../src/network/replication/replication.ts'
import { makeMissingBlocks } from '../../src/repository/following/missing-blocks.ts'
import { streamPair } from '../support/connect-stores.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import vectors from './vectors/replication.json' with { type: 'json' }

test.each(vectors.openers)('of two peers $opens opens the stream', (vector) => {
  expect(opens(vector.opens, vector.other)).toBe(true)
  expect(opens(vector.other, vector.opens)).toBe(false)
})

async function storeOf(octet: number) {
  const store = await openFeedStore(await temporaryDirectory(), {
    peerId: '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    feedSeed: new Uint8Array(32).fill(octet),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => store.close())
  return store
}

/** Is a channel of that name open on the session? */
function isOpen(stream: object, { protocol, id }: { protocol: string; id: string }): boolean {
  const muxer: unknown = Reflect.get(stream, 'userData')
  if (typeof muxer !== 'object' || muxer === null) return false
  const opened: unknown = Reflect.get(muxer, 'opened')
  if (typeof opened !== 'function') throw new TypeError('a session without channels')
  return Boolean(Reflect.apply(opened, muxer, [{ protocol, id: Buffer.from(id, 'hex') }]))
}

test('a feed that both follow has the channel of the vector on a session, and no other feed has', async () => {
  const { channel } = vectors
  const [one, other] = [await storeOf(1), await storeOf(2)]
  const replicas = [await one.get(channel.feed, 'debian'), await other.get(channel.feed, 'debian')]
  const streams = streamPair()
  onTestFinished(() => streams.forEach((stream) => stream.destroy()))
  one.replicate(streams[0])
  other.replicate(streams[1])
  // a channel that only one side has open is closed by the other at once
  for (const replica of replicas) replica.follow(() => true)
  await until(() => streams.every((stream) => isOpen(stream, channel)))
  expect(isOpen(streams[0], { ...channel, id: channel.feed })).toBe(false)
})

const DAY = 86_400_000
const PATIENCE = {
  nothing: { gone: DAY, stuck: DAY },
  gone: { gone: 0, stuck: DAY },
  stuck: { gone: 0, stuck: 0 },
}

const notAsked = (): never => {
  throw new Error('that is not asked')
}

/** As far as a follower looks at a feed to know what it can follow. */
function feedOf(vector: Vector): Parameters<typeof makeMissingBlocks>[0] {
  const { length, here, withheld = [], obtainable = [] } = vector
  return {
    key: vectors.channel.feed,
    collection: 'debian',
    length,
    bytes: 0,
    publicKey: undefined,
    has: (sequence) => here.includes(sequence),
    nextHere: (sequence) => here.find((one) => one >= sequence),
    avoids: (sequence) => withheld.includes(sequence),
    leavesOut: () => false,
    obtainable: (sequence) => obtainable.includes(sequence),
    onChanged: () => () => undefined,
    gaps: notAsked,
    head: notAsked,
    root: notAsked,
    node: notAsked,
    readData: notAsked,
    clear: notAsked,
    avoid: notAsked,
    fetch: notAsked,
  }
}

interface Vector {
  readonly length: number
  readonly here: readonly number[]
  readonly withheld?: readonly number[]
  readonly obtainable?: readonly number[]
  readonly over: string
}

/** replication.md, "Following": a second time. */
function nextByWords({ length, here, withheld = [], obtainable = [], over }: Vector) {
  const found: number[] = []
  for (let at = 1; at + 2 <= length; at += 2) {
    const missing = [at, at + 1].filter((block) => !here.includes(block))
    const isGone = missing.some((block) => !obtainable.includes(block))
    const isOver = over === 'stuck' || (over === 'gone' && isGone)
    const isGivenUp = isOver && here.some((block) => block >= at + 2)
    if (missing.length > 0 && !(missing.includes(at) && withheld.includes(at)) && !isGivenUp) break
    found.push(at)
  }
  return found
}

const withHoles = (count: number) => ({
  holes: { count: () => count },
  onFault: (error: unknown) => expect.fail(String(error)),
})

describe('of a feed a follower follows', () => {
  test.each(vectors.waiting)('$next where there is $what', (vector) => {
    const over = vector.over === 'gone' || vector.over === 'stuck' ? vector.over : 'nothing'
    const missing = makeMissingBlocks(feedOf(vector), PATIENCE[over], withHoles(0))
    onTestFinished(missing.close)
    expect(missing.next(1, 64)).toEqual(vector.next)
    expect(nextByWords(vector)).toEqual(vector.next)
  })

  test('nothing behind a block that is not here, once it has 10,000 holes', () => {
    const vector = { length: 7, here: [0, 3, 4, 5, 6], over: 'stuck' }
    const missing = makeMissingBlocks(feedOf(vector), PATIENCE.stuck, withHoles(10_000))
    onTestFinished(missing.close)
    expect(missing.next(1, 64)).toEqual([])
  })
})
