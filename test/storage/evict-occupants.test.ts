import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evict, isOver, type Occupant } from '../../src/storage/eviction.ts'
import { evictOccupants } from '../../src/storage/evict-occupants.ts'
import { makeOccupants } from '../../src/storage/occupants.ts'

interface Named extends Occupant {
  readonly name: string
}

const nameOf = ({ name }: Named): string => name
const MINE = '192.0.2.1'
const everybodyMay = async (): Promise<boolean> => true

/** Counts how often anybody looks whose it is. */
function counted(count: number, addressOf: (at: number) => string) {
  const looks = { count: 0 }
  const there = Array.from({ length: count }, (_, at) => ({
    name: `${at}`,
    size: 1,
    get address() {
      looks.count += 1
      return addressOf(at)
    },
  }))
  return { there, looks }
}

describe('of a place whose holders are known', () => {
  test('the same leave as if all were looked at', async () => {
    const address = fc.constantFrom(
      MINE,
      '192.0.2.9',
      '198.51.100.7',
      '198.51.1.1',
      '2001:db8::/64',
    )
    const occupant = fc.record({ size: fc.integer({ min: 1, max: 9 }), address })
    const bounds = { items: 12, bytes: 40 }
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          some: fc.array(occupant, { maxLength: 12 }),
          more: fc.array(occupant, { minLength: 1, maxLength: 4 }),
          replaced: fc.uniqueArray(fc.nat(11), { maxLength: 3 }),
          staying: fc.uniqueArray(fc.nat(11), { maxLength: 9 }),
        }),
        async ({ some, more, replaced, staying }) => {
          const there = some.map((one, at) => ({ ...one, name: `${at}` }))
          const coming = more.map((one, at) => ({ ...one, name: `${replaced[at] ?? `new ${at}`}` }))
          const names = new Set(coming.map(nameOf))
          const mayLeave = ({ name }: Named) => !staying.includes(Number(name))
          const others = there.filter(({ name }) => !names.has(name))
          const { leaving, full } = evict(others, { own: MINE, coming, mayLeave }, bounds)
          const here = makeOccupants(nameOf, there)
          const found = await evictOccupants(
            here,
            {
              own: MINE,
              coming,
              replaced: there.filter(({ name }) => names.has(name)),
              mayLeave: async (one) => {
                if (!mayLeave(one)) here.put(one)
                return mayLeave(one)
              },
            },
            bounds,
          )
          // who holds alike is told apart by who came first, which a replacement and what must stay can change
          if (replaced.length + staying.length === 0)
            expect(found).toEqual(full ? undefined : leaving)
          if (found === undefined) return
          expect(found.filter((one) => !others.includes(one) || !mayLeave(one))).toEqual([])
          for (const { name } of found) here.remove(name)
          expect(isOver(here.roomWith(coming), bounds)).toBe(false)
        },
      ),
    )
  })

  test('each is asked once, though it is put behind all others where it must stay', async () => {
    const { there } = counted(10, () => '198.51.100.7')
    const here = makeOccupants(nameOf, there)
    const asked: string[] = []
    const newcomers = {
      own: MINE,
      coming: [{ name: 'new', size: 1, address: MINE }],
      replaced: [],
      mayLeave: async (one: Named) => {
        asked.push(one.name)
        here.put(one)
        return false
      },
    }
    expect(await evictOccupants(here, newcomers, { items: 10, bytes: 100 })).toBeUndefined()
    expect(asked).toEqual(there.map(nameOf))
  })

  test('as few are looked at as leave, however many are there', async () => {
    for (const addressOf of [() => MINE, (at: number) => `10.${at >> 8}.${at % 256}.1`]) {
      const { there, looks } = counted(10_000, addressOf)
      const here = makeOccupants(nameOf, there)
      looks.count = 0
      const coming = [{ name: 'new', size: 1, address: MINE }]
      const newcomers = { own: MINE, coming, replaced: [], mayLeave: everybodyMay }
      const leaving = await evictOccupants(here, newcomers, { items: 10_000, bytes: 1e9 })
      expect(leaving?.map(nameOf)).toEqual(['0'])
      for (const one of leaving ?? []) here.remove(one.name)
      expect(looks.count).toBeLessThan(5)
    }
  })
})
