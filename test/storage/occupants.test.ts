import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { makeOccupants } from '../../src/storage/occupants.ts'
import { roomOf } from '../../src/storage/eviction.ts'

const occupant = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  size: fc.nat(100),
  address: fc.constantFrom('192.0.2.1', '192.0.2.2'),
})
const step = fc.oneof(
  occupant.map((one) => ({ kind: 'put', one }) as const),
  occupant.map((one) => ({ kind: 'remove', one }) as const),
)

test('the room of all is what they take together, whatever comes, is replaced and goes', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const here = makeOccupants(({ name }: (typeof steps)[number]['one']) => name, [])
      for (const { kind, one } of steps) {
        const expected = here.roomWith([one])
        if (kind === 'remove') here.remove(one.name)
        else {
          here.put(one)
          expect(here.room()).toEqual(expected)
          expect(here.all().at(-1)).toBe(one)
        }
        expect(here.has(one.name)).toBe(kind === 'put')
        expect(here.room()).toEqual(roomOf(here.all()))
        const held = [...here.holders()].flatMap(([address, { occupants, ...room }]) => {
          const all = [...occupants]
          expect(all).toEqual(here.all().filter((each) => each.address === address))
          expect(room).toEqual(roomOf(all))
          return all
        })
        expect(held.length).toBe(here.room().items)
      }
    }),
  )
})
