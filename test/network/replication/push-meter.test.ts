import { describe, expect, test } from 'vitest'
import { NAMED } from '../../../src/network/hosting/remote-share.ts'
import {
  makePushBudget,
  makePushMeter,
  type Metered,
  type Pusher,
} from '../../../src/network/replication/push-meter.ts'

function meterAt(from = 0) {
  let time = from
  const meter = makePushMeter(() => time)
  return {
    pass(this: void, milliseconds: number): void {
      time += milliseconds
    },
    mayRead: meter.mayRead,
    /** What becomes of so many messages of one peer. */
    push(this: void, by: Pusher, count: number): Readonly<Partial<Record<Metered, number>>> {
      const counts: Partial<Record<Metered, number>> = {}
      for (let at = 0; at < count; at += 1) {
        const metered = meter.count(by)
        counts[metered] = (counts[metered] ?? 0) + 1
      }
      return counts
    },
  }
}

const peer = (at: number, share: string): Pusher => ({ peerId: `peer ${at}`, share })

describe('of what is pushed in one second', () => {
  test('128 messages of one peer fit, and the 1,025th is a fault, once', () => {
    const { push, pass } = meterAt()
    const named = peer(1, NAMED)
    expect(push(named, 10_000)).toEqual({ fits: 128, 'too-much': 1, crowded: 9_871 })
    pass(1_000)
    expect(push(named, 128)).toEqual({ fits: 128 })
  })

  test('what an honest peer has sent in 30 s comes at once, and is no fault of it', () => {
    const { push } = meterAt()
    expect(push(peer(1, NAMED), 30 * 32)).toEqual({ fits: 128, crowded: 832 })
  })

  test('three messages full of index blocks of one peer are read, and of others no more than twice that', () => {
    const { mayRead, pass } = meterAt()
    const readOf = (one: Pusher): number =>
      Array.from({ length: 10 }, () => mayRead(one, 16_384)).filter(Boolean).length
    expect([1, 2, 3].map((at) => readOf(peer(at, NAMED)))).toEqual([3, 3, 0])
    pass(1_000)
    // those of one network share a sixteenth
    expect(mayRead(peer(4, '203.0.113.4'), 4_096)).toBe(true)
    expect(mayRead(peer(5, '203.0.113.5'), 4_096)).toBe(false)
    expect(mayRead(peer(6, '198.51.100.1'), 4_096)).toBe(true)
  })

  test('many peers of one network have a share of it, and what they push beyond is no fault of theirs', () => {
    const { push } = meterAt()
    const all = Array.from({ length: 8 }, (_, at) => push(peer(at, `203.0.113.${at}`), 100))
    expect(all.reduce((sum, { fits = 0 }) => sum + fits, 0)).toBe(32)
    expect(all.every((counts) => counts['too-much'] === undefined)).toBe(true)
    expect(push(peer(9, '198.51.100.1'), 10)).toEqual({ fits: 10 })
  })

  test('512 messages of all peers fit', () => {
    const { push } = meterAt()
    const all = Array.from({ length: 10 }, (_, at) => push(peer(at, NAMED), 100))
    expect(all.reduce((sum, { fits = 0 }) => sum + fits, 0)).toBe(512)
  })
})

test('a node pushes no more than 32 messages in a second over one session', () => {
  let time = 0
  const budget = makePushBudget(() => time)
  const [one, other] = [{}, {}]
  const spent = (session: object) =>
    Array.from({ length: 40 }, () => budget.spend(session)).filter(Boolean).length
  expect([spent(one), spent(other)]).toEqual([32, 32])
  time = 1_000
  expect(spent(one)).toBe(32)
})
