import { describe, expect, test } from 'vitest'
import { evict, type Occupant } from '../../src/storage/eviction.ts'

interface Named extends Occupant {
  readonly name: string
}

let made = 0
const from = (address: string, size = 1): Named => ({ address, size, name: `${address} ${++made}` })
const many = (count: number, address: string, size = 1): readonly Named[] =>
  Array.from({ length: count }, () => from(address, size))

const MINE = '192.0.2.1'
const newcomer = (size = 1) => ({ own: MINE, coming: [from(MINE, size)] })
const TEN = { items: 10, bytes: 1_000 }

describe('of a bounded place', () => {
  test('nobody leaves as long as there is room', () => {
    expect(evict(many(9, '198.51.100.7'), newcomer(), TEN)).toEqual({ leaving: [] })
  })

  test('the oldest leaves of the address that holds most in the prefix that does', () => {
    const [few, most, other] = [
      many(2, '198.51.1.1'),
      many(3, '198.51.2.1'),
      many(4, '203.0.113.1'),
    ]
    expect(evict([...few, ...most, ...other, from(MINE)], newcomer(), TEN)).toEqual({
      leaving: [most[0]],
    })
  })

  test('of those who hold alike the one leaves that came first', () => {
    const [first, second] = [many(5, '198.51.100.7'), many(5, '203.0.113.1')]
    const there = first.flatMap((one, at) => [one, ...second.slice(at, at + 1)])
    expect(evict(there, newcomer(), TEN).leaving).toEqual([first[0]])
  })

  test('what counts is what is scarcer, items or bytes', () => {
    const [small, large] = [many(7, '198.51.100.7'), many(2, '203.0.113.1', 450)]
    const there = [...small, ...large]
    expect(evict(there, newcomer(200), TEN).leaving).toEqual([large[0]])
    const light = many(2, '203.0.113.1', 250)
    expect(evict([...small, from('203.0.113.2'), ...light], newcomer(), TEN).leaving).toEqual([
      small[0],
    ])
  })

  test('the own oldest leaves where nobody holds more', () => {
    const own = many(5, MINE)
    const there = [...many(5, '198.51.100.7'), ...own]
    expect(evict(there, newcomer(), TEN).leaving).toEqual([own[0]])
  })

  test('an address and a prefix that have filled their parts make room themselves, whatever others hold', () => {
    const bounds = { items: 40, bytes: 40_000, addressParts: 4, prefixParts: 2 }
    const others = many(10, '198.51.100.7')
    const own = many(10, MINE)
    expect(evict([...others, ...own], newcomer(), bounds).leaving).toEqual([own[0]])
    const near = many(15, '192.0.2.2')
    const fifth = own.slice(0, 5)
    expect(evict([...others, ...near, ...fifth], newcomer(), bounds).leaving).toEqual([near[0]])
  })

  test('what may not leave stays and weighs, and the next of the same address leaves', () => {
    const there = many(10, '198.51.100.7')
    const stays = new Set(there.slice(0, 2))
    const mayLeave = (one: Named) => !stays.has(one)
    expect(evict(there, { ...newcomer(), mayLeave }, TEN).leaving).toEqual([there[2]])
  })

  test('where nothing may leave, or what comes is too large by itself, there is no room', () => {
    const there = many(10, '198.51.100.7')
    const unmoved = { ...newcomer(), mayLeave: () => false }
    expect(evict(there, unmoved, TEN).full).toEqual({ bounds: TEN, there })
    expect(evict([], newcomer(1_001), TEN).full).toEqual({ bounds: TEN, there: [] })
    const bounds = { ...TEN, addressParts: 5 }
    const own = many(2, MINE)
    expect(evict([...own, ...there.slice(0, 2)], unmoved, bounds).full).toEqual({
      bounds: { items: 2, bytes: 200 },
      there: own,
    })
  })
})
