import { describe, expect, test } from 'vitest'
import { NAMED } from '../../../src/network/hosting/remote-share.ts'
import {
  type ReplicaUsage,
  emptySeat,
  overCount,
  overQuota,
  understates,
  weakestSeat,
} from '../../../src/network/replication/quotas.ts'

const QUOTAS = {
  strangerBytes: 4_000_000,
  strangerFeeds: 64,
  peerFeeds: 2,
  feedBytesPerHour: 1_000_000,
  feedEntriesPerHour: 100,
  totalBytes: 0,
}

const held = (changes: Partial<ReplicaUsage> = {}): ReplicaUsage => ({
  key: 'one',
  why: 'stranger',
  via: 'a',
  share: '127.0.0.1',
  isRetired: false,
  seconded: 0,
  since: 0,
  length: 3,
  bytes: 1_000,
  heldBytes: 1_000,
  isWhole: false,
  received: 0,
  isPaused: false,
  lastHour: { bytes: 0, entries: 0 },
  ...changes,
})

const several = (count: number, changes: Partial<ReplicaUsage>): readonly ReplicaUsage[] =>
  Array.from({ length: count }, (_, at) => held({ key: String(at), ...changes }))

/** So many feeds told of from there, each by another peer. */
const near = (share: string, count: number): readonly ReplicaUsage[] =>
  several(count, { share }).map((one, at) => ({ ...one, via: `${at}` }))

const from = (share: string) => ({ why: 'stranger', via: 'new', share }) as const

/** So many networks, each with so many seats, each feed told of by another peer; the later the number the younger. */
const networks = (count: number, each: number): readonly ReplicaUsage[] =>
  Array.from({ length: count * each }, (_, at) =>
    held({
      key: String(at),
      via: `teller ${at}`,
      share: `${20 + (at % count)}.1.0.${1 + (Math.floor(at / count) % 2)}`,
      since: at,
    }),
  )

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

  test('what it has, once all that it says is here, though another of the same peer took too much', () => {
    const part = held({ why: 'stranger', bytes: 100, heldBytes: 100 })
    const big = held({
      key: 'big',
      why: 'stranger',
      bytes: 2 ** 40,
      heldBytes: 2 ** 40,
      isPaused: true,
    })
    expect(overQuota(part, [part, big], QUOTAS)).toContain('stranger-bytes')
    expect(overQuota({ ...part, isWhole: true }, [part, big], QUOTAS)).toBeUndefined()
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
  test('of strangers so many, no more than a sixteenth by one teller', () => {
    expect(overCount(held(), several(3, {}), QUOTAS)).toBeUndefined()
    expect(overCount(held(), several(4, {}), QUOTAS)).toContain('its share of stranger-feeds is 4')
    expect(overCount(held({ via: 'b' }), several(4, {}), QUOTAS)).toBeUndefined()
    expect(overCount(held({ via: 'b' }), several(64, { share: NAMED }), QUOTAS)).toContain(
      'stranger-feeds allows 64',
    )
  })

  test('of strangers no more than a sixteenth from one network, of private networks no more than a half', () => {
    expect(overCount(from('198.51.100.1'), near('198.51.100.2', 3), QUOTAS)).toBeUndefined()
    for (const [share, other, count] of [
      ['198.51.100.1', '198.51.7.7', 4],
      ['2001:db8:0:1::/64', '2001:db8:7:7::/64', 4],
      ['127.0.0.2', '127.0.0.1', 32],
      ['192.168.1.2', '192.168.1.1', 32],
    ] as const)
      expect(overCount(from(share), near(other, count), QUOTAS)).toContain('from the same network')
    expect(overCount(from('203.0.113.1'), near('198.51.100.2', 4), QUOTAS)).toBeUndefined()
    expect(overCount(from('127.0.0.2'), near('127.0.0.1', 31), QUOTAS)).toBeUndefined()
  })

  test('of those that a named peer tells of a quarter, from whatever network', () => {
    expect(overCount(held({ share: NAMED }), several(15, { share: NAMED }), QUOTAS)).toBeUndefined()
    expect(overCount(held({ share: NAMED }), several(16, { share: NAMED }), QUOTAS)).toContain(
      'is 16',
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
  const newcomer = { why: 'stranger', via: 'new', share: '127.0.0.9' } as const
  const empty = several(2, { length: 1, via: 'a', share: '198.51.100.1' })
  const full = Array.from({ length: 62 }, (_, at) =>
    held({ key: `${at}b`, via: `b${at % 31}`, share: `10.${at}.0.1` }),
  )

  test('that has had nothing in it for an hour is given to a newcomer when all are taken', () => {
    const all = [...full, ...empty]
    expect(overCount(newcomer, all, QUOTAS)).toContain('stranger-feeds allows')
    expect(emptySeat(newcomer, all, { quotas: QUOTAS, now: HOUR + 1 })).toBe('0')
    expect(emptySeat(newcomer, all, { quotas: QUOTAS, now: HOUR - 1 })).toBeUndefined()
  })

  test('that has something in it is not', () => {
    const all = [...full, ...several(2, { length: 3, share: '198.51.100.1' })]
    expect(emptySeat(newcomer, all, { quotas: QUOTAS, now: HOUR + 1 })).toBeUndefined()
  })

  test('is not given away when that would not make room, or to whom needs none', () => {
    const hoard = [...full, ...empty, ...empty.map((one) => ({ ...one, key: `${one.key}c` }))]
    const greedy = { why: 'stranger', via: 'a', share: '203.0.113.1' } as const
    const mine = several(4, { via: 'a', share: '203.0.113.1' })
    expect(
      emptySeat(greedy, [...hoard, ...mine], { quotas: QUOTAS, now: HOUR + 1 }),
    ).toBeUndefined()
    const peer = { why: 'peer', via: 'new', share: '127.0.0.9' } as const
    expect(emptySeat(peer, [...full, ...empty], { quotas: QUOTAS, now: HOUR + 1 })).toBeUndefined()
  })
})

describe('a seat that is taken', () => {
  test('is given up by the youngest of who has most to who has fewer', () => {
    const all = networks(16, 4)
    expect(overCount(from('90.1.0.1'), all, QUOTAS)).toContain('stranger-feeds allows 64')
    const given = weakestSeat(from('90.1.0.1'), all, QUOTAS)
    expect(Number(given)).toBeGreaterThanOrEqual(32)
  })

  test('is given up by who has the fewest certifications of rebuilders that are known from elsewhere', () => {
    const all = networks(16, 4).map((one) => ({ ...one, seconded: one.key === '7' ? 1 : 2 }))
    const given = weakestSeat(
      from('90.1.0.1'),
      all.filter((one) => one.share.startsWith('27.') || Number(one.key) < 48),
      { ...QUOTAS, strangerFeeds: 49 },
    )
    expect(given).toBe('7')
  })

  test('stays among equals, so nobody takes turns', () => {
    expect(weakestSeat(from('20.1.0.1'), networks(16, 4), QUOTAS)).toBeUndefined()
    expect(weakestSeat(from('90.1.0.1'), networks(64, 1), QUOTAS)).toBeUndefined()
  })

  test('of a network that has enough goes to another address of it, and takes none from others', () => {
    const own = near('20.1.0.1', 4).map((one, at) => ({ ...one, since: at }))
    const all = [
      ...own,
      ...networks(4, 4).map((one) => ({
        ...one,
        key: `${one.key} far`,
        share: one.share.replace('2', '3'),
      })),
    ]
    expect(weakestSeat(from('20.1.0.2'), all, QUOTAS)).toBe('3')
    expect(weakestSeat(from('20.1.0.1'), all, QUOTAS)).toBeUndefined()
  })

  test('is not one of who has retired, who was named, or for whom has told enough', () => {
    const all = networks(16, 4)
    const retired = all.map((one) => ({ ...one, isRetired: true }))
    expect(overCount(from('90.1.0.1'), retired, QUOTAS)).toBeUndefined()
    const named = several(64, { share: NAMED }).map((one, at) => ({ ...one, via: `n${at % 4}` }))
    expect(weakestSeat(from('90.1.0.1'), named, QUOTAS)).toBeUndefined()
    const told = all.map((one, at) => (at < 4 ? { ...one, via: 'new' } : one))
    expect(weakestSeat(from('90.1.0.1'), told, QUOTAS)).toBeUndefined()
  })

  test('of sixteen networks leaves fifteen networks no more than their sixteenths', () => {
    let all: readonly ReplicaUsage[] = []
    for (let at = 0; at < 1_000; at += 1) {
      const share = `${20 + (at % 15)}.1.${at % 250}.1`
      const one = held({ key: String(at), via: `teller ${at}`, share, since: at })
      if (overCount(one, all, QUOTAS) === undefined) all = [...all, one]
    }
    expect(all.length).toBe(60)
    expect(overCount(from('90.1.0.1'), all, QUOTAS)).toBeUndefined()
  })
})
