import { describe, expect, test } from 'vitest'
import {
  type Held,
  emptySeat,
  overCount,
  overQuota,
  understates,
} from '../../src/network/quotas.ts'

const QUOTAS = {
  strangerBytes: 4_000_000,
  strangerFeeds: 8,
  peerFeeds: 2,
  feedBytesPerHour: 1_000_000,
  feedEntriesPerHour: 100,
  totalBytes: 0,
}

const held = (changes: Partial<Held> = {}): Held => ({
  key: 'one',
  why: 'stranger',
  via: 'a',
  since: 0,
  length: 3,
  bytes: 1_000,
  heldBytes: 1_000,
  received: 0,
  isPaused: false,
  lastHour: { bytes: 0, entries: 0 },
  ...changes,
})

const several = (count: number, changes: Partial<Held>): readonly Held[] =>
  Array.from({ length: count }, (_, at) => held({ key: String(at), ...changes }))

describe('a feed may grow', () => {
  test('as long as nothing is in its way', () => {
    expect(overQuota(held(), [held()], QUOTAS)).toBeUndefined()
  })

  test('no more when it brings more than its head says that it has, but for what comes twice', () => {
    expect(overQuota(held({ bytes: 0, received: 1_000_000 }), [], QUOTAS)).toBeUndefined()
    expect(overQuota(held({ bytes: 0, received: 1_100_000 }), [], QUOTAS)).toContain(
      'its head says',
    )
    const configured = held({ why: 'peer', bytes: 9_000_000, received: 17_000_000 })
    expect(overQuota(configured, [], QUOTAS)).toBeUndefined()
  })

  test('no more when it says that it is longer than any that is copied', () => {
    const boast = held({ why: 'listed', length: 2 ** 40 - 1, bytes: 0 })
    expect(overQuota(boast, [], QUOTAS)).toContain('nobody copies more')
  })

  test('is known to say too little of itself by what has come, and not by a little', () => {
    expect(understates(held({ bytes: 500_000, received: 1_900_000 }))).toBe(false)
    expect(understates(held({ bytes: 500_000, received: 2_100_000 }))).toBe(true)
  })

  test('no more within an hour in which it has brought enough', () => {
    const bytes = held({ lastHour: { bytes: 1_000_000, entries: 0 } })
    const entries = held({ lastHour: { bytes: 0, entries: 100 } })
    expect(overQuota(bytes, [], QUOTAS)).toContain('feed-bytes-per-hour')
    expect(overQuota(entries, [], QUOTAS)).toContain('feed-entries-per-hour')
  })

  test('up to its share of what strangers may have, and that of its neighbour is not touched', () => {
    const big = held({ key: 'big', bytes: 999_000, heldBytes: 999_000 })
    const other = held({ key: 'other', via: 'b' })
    expect(overQuota(held({ bytes: 1_000 }), [big], QUOTAS)).toBeUndefined()
    expect(overQuota(held({ bytes: 1_001 }), [big], QUOTAS)).toContain('its share')
    expect(overQuota(other, [big, held()], QUOTAS)).toBeUndefined()
    expect(overQuota(held({ why: 'peer', bytes: 9_000_000 }), [big], QUOTAS)).toBeUndefined()
  })

  test('whatever a paused one says that it has', () => {
    const boast = held({ key: 'boast', bytes: 2 ** 52, heldBytes: 1_200, isPaused: true })
    expect(overQuota(held(), [boast], QUOTAS)).toBeUndefined()
    const all = { ...QUOTAS, totalBytes: 10_000 }
    expect(overQuota(held({ why: 'peer' }), [boast], all)).toBeUndefined()
    expect(overQuota(held({ why: 'peer', bytes: 9_000 }), [boast], all)).toContain('total-bytes')
  })
})

describe('a feed is taken', () => {
  test('of strangers so many, no more than a quarter by one neighbour', () => {
    expect(overCount(held(), several(1, {}), QUOTAS)).toBeUndefined()
    expect(overCount(held(), several(2, {}), QUOTAS)).toContain('its share of stranger-feeds is 2')
    expect(overCount(held({ via: 'b' }), several(2, {}), QUOTAS)).toBeUndefined()
    expect(overCount(held({ via: 'b' }), several(8, {}), QUOTAS)).toContain(
      'stranger-feeds allows 8',
    )
  })

  test('by a configured peer so many, and of those that the operator named all', () => {
    const there = several(2, { why: 'peer' })
    expect(overCount(held({ why: 'vouched' }), there, QUOTAS)).toContain('peer-feeds allows 2')
    expect(overCount(held({ why: 'vouched', via: 'b' }), there, QUOTAS)).toBeUndefined()
    expect(overCount(held({ why: 'listed' }), there, QUOTAS)).toBeUndefined()
  })
})

describe('a seat of a stranger', () => {
  const HOUR = 3_600_000
  const newcomer = { why: 'stranger', via: 'new' } as const
  const empty = several(2, { length: 1, via: 'a' })
  const full = several(6, { via: 'b' }).map((one) => ({ ...one, key: `${one.key}b` }))

  test('that has had nothing in it for an hour is given to a newcomer when all are taken', () => {
    const all = [...full, ...empty]
    expect(overCount(newcomer, all, QUOTAS)).toContain('stranger-feeds allows')
    expect(emptySeat(newcomer, all, { quotas: QUOTAS, now: HOUR + 1 })).toBe('0')
    expect(emptySeat(newcomer, all, { quotas: QUOTAS, now: HOUR - 1 })).toBeUndefined()
  })

  test('that has something in it is not', () => {
    const all = [...full, ...several(2, { length: 3 })]
    expect(emptySeat(newcomer, all, { quotas: QUOTAS, now: HOUR + 1 })).toBeUndefined()
  })

  test('is not given away when that would not make room, or to whom needs none', () => {
    const hoard = [...full, ...empty, ...empty.map((one) => ({ ...one, key: `${one.key}c` }))]
    const greedy = { why: 'stranger', via: 'b' } as const
    expect(emptySeat(greedy, hoard, { quotas: QUOTAS, now: HOUR + 1 })).toBeUndefined()
    const peer = { why: 'peer', via: 'new' } as const
    expect(emptySeat(peer, [...full, ...empty], { quotas: QUOTAS, now: HOUR + 1 })).toBeUndefined()
  })
})
