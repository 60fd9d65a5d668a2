import { describe, expect, it } from 'vitest'
import { makeNewcomers } from '../../src/http/newcomers.ts'

const SECOND = 1000

/** Who comes so often in a second, one after the other, and how many of each are let in. */
function opened(): (comes: Readonly<Record<string, number>>) => Record<string, number> {
  let at = 0
  const isWelcome = makeNewcomers(() => at)
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

  it('of a network with hundreds of addresses are soon no more than of one with few', () => {
    const second = opened()
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`10.0.1.${at}`, 20]))
    let all = 0
    for (let at = 0; at < 6; at++)
      all = Object.values(second(many)).reduce((sum, one) => sum + one, 0)
    expect(all).toBeLessThan(1024)
    expect(second({ ...many, '192.0.2.1': 100 })['192.0.2.1']).toBe(100)
  })

  it('are all let in again when the flood is over', () => {
    const second = opened()
    second({ '10.0.0.1': 5000 })
    expect(second({ '10.0.0.1': 200 })).toEqual({ '10.0.0.1': 200 })
  })
})
