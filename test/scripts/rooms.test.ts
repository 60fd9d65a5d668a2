import { expect, test } from 'vitest'
import { faultsOf, mapOf, type Plan } from '../../scripts/rooms/check.ts'

const LONG = '// a line\n'.repeat(25)
const PLAN: Plan = {
  rooms: [
    { floor: 0, name: 'base', says: 'the ground', imports: [] },
    { floor: 1, name: 'left', says: 'a room', imports: ['base'] },
    { floor: 1, name: 'right', says: 'another', imports: ['base'] },
  ],
  small: new Map([['base/small.ts', 'it may']]),
  packages: [['hypercore', ['left']]],
}

const faults = (files: Readonly<Record<string, string>>, plan = PLAN) =>
  faultsOf(new Map(Object.entries(files)), plan)

test('a room imports what it is allowed, and itself', () => {
  expect(
    faults({
      'base/a.ts': LONG,
      'left/b.ts': `import { a } from '../base/a.ts'\nimport { c } from './c.ts'\n${LONG}`,
      'left/c.ts': `import hypercore from 'hypercore'\n${LONG}`,
    }),
  ).toEqual([])
})

test.each([
  ['a value', "import { b } from '../left/b.ts'"],
  ['a type', "import type { B } from '../left/b.ts'"],
  ['what is passed on', "export { b } from '../left/b.ts'"],
  ['what is loaded later', "const b = await import('../left/b.ts')"],
])('a room that imports %s of another one needs leave for it', (_, line) => {
  const files = { 'left/b.ts': LONG, 'right/a.ts': `${line}\n${LONG}` }
  expect(faults(files)).toEqual([
    'right/a.ts imports left/b.ts, which rooms.ts does not allow right',
  ])
})

test('nothing imports upwards, whatever it is allowed', () => {
  const files = { 'left/b.ts': LONG, 'base/a.ts': `import '../left/b.ts'\n${LONG}` }
  expect(faults(files)).toEqual(['base/a.ts imports left/b.ts, which is above it'])
  const rooms = [{ floor: 0, name: 'base', says: '', imports: ['left'] }, ...PLAN.rooms.slice(1)]
  expect(faults({}, { ...PLAN, rooms })).toEqual([
    'rooms.ts: base may import left, which does not stand before it',
  ])
})

test('a folder that nobody named is refused', () => {
  expect(faults({ 'attic/a.ts': LONG })).toEqual([
    'attic/a.ts: rooms.ts does not name the room attic',
  ])
})

test('a package is known to its rooms alone', () => {
  expect(faults({ 'right/a.ts': `import 'hypercore/lib/x.js'\n${LONG}` })).toEqual([
    'right/a.ts imports hypercore, which only left may know',
  ])
})

test('a small file with one importer is put there, unless it is named', () => {
  const importer = `import './small.ts'\nimport './tiny.ts'\n${LONG}`
  expect(faults({ 'base/a.ts': importer, 'base/small.ts': '', 'base/tiny.ts': '' })).toEqual([
    'base/tiny.ts has 0 lines, and only base/a.ts imports it: put it there',
  ])
})

test('the map has a line for each room, the highest first', () => {
  expect(mapOf(PLAN.rooms)).toBe('1  right  another\n1  left   a room\n0  base   the ground')
})
