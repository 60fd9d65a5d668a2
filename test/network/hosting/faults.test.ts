import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openLogger } from '../../../src/base/logger.ts'
import { makeFaults } from '../../../src/network/hosting/faults.ts'

const BAN = 600_000

/** Lets the clock go on by so many milliseconds. */
const pass = (time: number) => vi.setSystemTime(Date.now() + time)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
})

const opened = () => makeFaults(openLogger('silent'))

describe('a peer that breaks a protocol', () => {
  test('five times within ten minutes stays out for ten minutes', () => {
    const faults = opened()
    for (let at = 0; at < 4; at++) {
      expect(faults.broke('peer', 'a test')).toBe(false)
      pass(BAN / 5)
    }
    expect(faults.isBanned('peer')).toBe(false)
    expect(faults.broke('peer', 'a test')).toBe(true)
    pass(BAN - 1)
    expect(faults.isBanned('peer')).toBe(true)
    pass(1)
    expect(faults.isBanned('peer')).toBe(false)
  })

  test('now and then is counted, and stays', () => {
    const faults = opened()
    for (let at = 0; at < 20; at++) {
      expect(faults.broke('peer', 'a test')).toBe(false)
      pass(BAN / 4)
    }
    expect(faults.count('peer')).toBe(20)
  })

  test('begins anew after it was out', () => {
    const faults = opened()
    for (let at = 0; at < 5; at++) faults.broke('peer', 'a test')
    pass(BAN)
    expect(faults.broke('peer', 'a test')).toBe(false)
    expect(faults.isBanned('peer')).toBe(false)
  })

  test('once while it is out is kept out no longer for that', () => {
    const faults = opened()
    for (let at = 0; at < 5; at++) faults.broke('peer', 'a test')
    pass(BAN - 1)
    expect(faults.broke('peer', 'a test')).toBe(false)
    pass(1)
    expect(faults.isBanned('peer')).toBe(false)
  })

  test('costs no other peer anything', () => {
    const faults = opened()
    for (let at = 0; at < 9; at++) faults.broke('peer', 'a test')
    expect([faults.count('other'), faults.isBanned('other')]).toEqual([0, false])
    expect(faults.broke('other', 'a test')).toBe(false)
  })
})

test('who offers five times what it has not stays out too', () => {
  const faults = opened()
  for (let at = 0; at < 5; at++) faults.offered('peer', 'a test')
  expect([faults.count('peer'), faults.isBanned('peer')]).toEqual([5, true])
})
