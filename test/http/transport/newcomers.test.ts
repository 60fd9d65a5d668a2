import { describe, expect, it } from 'vitest'
import { makeConnectionRateLimit } from '../../../src/http/transport/connection-rate.ts'

const SECOND = 1000

/** Who comes so often in a second, one after the other, and how many of each are let in. */
function opened(): (comes: Readonly<Record<string, number>>) => Record<string, number> {
  let at = 0
  const isWelcome = makeConnectionRateLimit(() => at)
  return (comes) => {
    const left = new Map(Object.entries(comes))
    const welcome: Record<string, number> = {}
    while (left.size > 0)
      for (const [share, many] of left) {
        if (isWelcome(share)) welcome[share] = (welcome[share] ?? 0) + 1
        if (many === 1) left.delete(share)
        else left.set(share, many - 1)
      }
    at += SECOND
    return welcome
  }
}

describe('newcomers', () => {
  it('are all let in as long as they are few', () => {
    const second = opened()
    for (let at = 0; at < 5; at++) expect(second({ '10.0.0.1': 250 })).toEqual({ '10.0.0.1': 250 })
  })

  it('are let in beside thousands of another address of their network', () => {
    const second = opened()
    for (let at = 0; at < 5; at++) {
      const { '10.0.0.1': flood, '10.0.0.2': honest } = second({ '10.0.0.1': 5000, '10.0.0.2': 14 })
      expect(honest).toBe(14)
      expect(flood).toBeLessThan(300)
    }
  })

  it.each([
    ['an address', () => '10.0.1.1', '10.0.1.2'],
    ['a /24', (at: number) => `10.0.1.${at % 256}`, '10.0.2.1'],
    ['a /48', (at: number) => `2001:db8:1:${at.toString(16)}::/64`, '2001:db8:2:0::/64'],
  ])('are let in beside a customer who has %s', (_, addressOf, honest) => {
    const second = opened()
    const many = Object.fromEntries(
      Array.from({ length: 2000 }, (_each, at) => [addressOf(at), 20]),
    )
    for (let at = 0; at < 3; at++) {
      const { [honest]: welcome, ...flood } = second({ ...many, [honest]: 14 })
      expect(welcome).toBe(14)
      const all = Object.values(flood).reduce((sum, one) => sum + one, 0)
      expect(all).toBeLessThanOrEqual(512)
    }
  })

  it('of many customers of one provider are few each', () => {
    const second = opened()
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [`2001:db8:${at.toString(16)}:0::/64`, 100]),
    )
    const flood = Object.values(second(many)).reduce((sum, one) => sum + one, 0)
    expect(flood).toBeLessThanOrEqual(200 * 32)
    expect(second({ ...many, '192.0.2.1': 100 })['192.0.2.1']).toBe(100)
  })

  it('are all let in again when the flood is over', () => {
    const second = opened()
    second({ '10.0.0.1': 5000 })
    expect(second({ '10.0.0.1': 200 })).toEqual({ '10.0.0.1': 200 })
  })
})
