import { uint } from 'compact-encoding'
import { Duplex } from 'streamx'
import { expect, test } from 'vitest'
import { isBounded, MAX_MESSAGES } from '../../../src/network/replication/bounded-frames.ts'
import { openLiarWhoPushes } from '../../support/liar-who-pushes.ts'
import { until } from '../../support/until.ts'

/** The mux itself, and its message that carries others. */
const BATCH = [0, 0]
const CHANNEL = 1
/** Of one octet, which no channel of hypercore knows. */
const SHORT = [1, 99]

const batchOf = (messages: number, message: readonly number[] = SHORT): Uint8Array =>
  Uint8Array.from([...BATCH, CHANNEL, ...Array.from({ length: messages }, () => message).flat()])

test('a frame carries as many messages as it may', () => {
  expect(isBounded(batchOf(MAX_MESSAGES))).toBe(true)
})

test('a frame with one message more is refused', () => {
  expect(isBounded(batchOf(MAX_MESSAGES + 1))).toBe(false)
})

test('a frame that changes its channel for ever is refused', () => {
  expect(isBounded(batchOf(MAX_MESSAGES + 1, [0, 1]))).toBe(false)
})

test('a frame within a frame is refused', () => {
  const inner = [...BATCH.slice(1), CHANNEL, ...SHORT]
  expect(isBounded(Uint8Array.from([...BATCH, 0, inner.length, ...inner]))).toBe(false)
})

test('lengths are read as protomux reads them, also where they take more octets than they need', () => {
  const long = Array.from({ length: MAX_MESSAGES + 1 }, () => [0xfd, 1, 0, 99]).flat()
  expect(isBounded(Uint8Array.from([0xfd, 0, 0, 0, CHANNEL, ...long]))).toBe(false)
  expect(uint.decode({ buffer: Uint8Array.from([0xfd, 1, 0]), start: 0, end: 3 })).toBe(1)
})

test('one message by itself, of whatever length, is no batch', () => {
  expect(isBounded(Uint8Array.from([CHANNEL, ...new Uint8Array(100_000)]))).toBe(true)
})

test('a frame that breaks off is left to protomux, which ends the session', () => {
  expect(isBounded(Uint8Array.from([...BATCH, CHANNEL, 0xfe, 1]))).toBe(true)
})

test('a peer that sends more messages in one frame is noted, and its session ends', async () => {
  const { node, peer } = await openLiarWhoPushes()
  const { session } = peer
  if (!(session instanceof Duplex)) throw new TypeError('no stream')
  session.write(Buffer.from(batchOf(MAX_MESSAGES + 1)))
  const faults = (): number => node.network.view.peers().reduce((sum, one) => sum + one.faults, 0)
  await until(() => faults() === 1)
  await until(() => session.destroyed)
})
