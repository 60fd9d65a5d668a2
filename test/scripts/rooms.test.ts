import { expect, test } from 'vitest'
import { faultsOf, mapOf, type Plan, staleLengths } from '../../scripts/rooms/check.ts'
import { faultsOfTests } from '../../scripts/rooms/tests.ts'
import { unusedExports } from '../../scripts/rooms/exports.ts'

const LONG = '// a line\n'.repeat(25)
const PLAN: Plan = {
  rooms: [
    { floor: 0, name: 'base', says: 'the ground', imports: [] },
    { floor: 1, name: 'left', says: 'a room', imports: ['base'] },
    { floor: 1, name: 'right', says: 'another', imports: ['base'] },
  ],
  small: new Map(),
  packages: [['hypercore', ['left']]],
  modules: [],
  pure: ['left'],
  passing: ['base/face.ts'],
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
  const plan = { ...PLAN, small: new Map([['base/small.ts', 'it may']]) }
  const files = { 'base/a.ts': importer, 'base/small.ts': '', 'base/tiny.ts': '' }
  expect(faults(files, plan)).toEqual([
    'base/tiny.ts has 0 lines, and only base/a.ts imports it: put it there',
  ])
})

test('the map has a line for each room, the highest first', () => {
  expect(mapOf(PLAN.rooms)).toBe('1  right  another\n1  left   a room\n0  base   the ground')
})

test('an exception that is not needed any more is refused', () => {
  const plan = { ...PLAN, small: new Map([['base/small.ts', 'it may']]) }
  const importing = `import './small.ts'\n${LONG}`
  expect(faults({}, plan)).toEqual(['rooms.ts: SMALL names base/small.ts, which is not there'])
  expect(faults({ 'base/a.ts': importing, 'base/small.ts': LONG }, plan)).toEqual([
    'rooms.ts: SMALL names base/small.ts, which is not small',
  ])
  expect(
    faults({ 'base/a.ts': importing, 'base/b.ts': importing, 'base/small.ts': '' }, plan),
  ).toEqual(['rooms.ts: SMALL names base/small.ts, which 2 files import'])
  const override = { files: ['**/src/base/a.ts'], rules: { 'max-lines': ['error', { max: 300 }] } }
  const lengths = (text: string) =>
    staleLengths({ overrides: [override] }, new Map([['base/a.ts', text]]))
  expect(lengths(LONG)).toEqual(['oxlint.json lets base/a.ts be longer, which it is not'])
  expect(lengths(LONG.repeat(11))).toEqual([])
})

test('a module of Node is known to its rooms alone, and no room is named in vain', () => {
  const files = { 'base/a.ts': `import { readFile } from 'node:fs/promises'\n${LONG}` }
  expect(faults(files)).toEqual([
    'base/a.ts imports node:fs/promises, which rooms.ts does not allow base',
  ])
  expect(faults(files, { ...PLAN, modules: [['fs/promises', ['base']]] })).toEqual([])
  expect(faults({}, { ...PLAN, modules: [['fs', ['base']]] })).toEqual([
    'rooms.ts: no file of base imports node:fs',
  ])
})

test.each([
  ['Date.now', 'export const a = { now: Date.now }'],
  ['new Date()', 'export const a = new Date()'],
  ['performance.now', 'export const a = performance.now()'],
  ['Math.random', 'export const a = Math.random()'],
  ['process.env', 'export const a = process.env'],
  ['setTimeout', 'setTimeout(() => undefined, 1)'],
  ['fetch', "await fetch('http://a.example')"],
])('a room without a clock, a disk and a network has no %s', (name, line) => {
  expect(faults({ 'left/a.ts': `${line}\n${LONG}` })).toEqual([
    `left/a.ts has ${name}, and its room has no clock, no disk and no network`,
  ])
  expect(faults({ 'right/a.ts': `${line}\n${LONG}` })).toEqual([])
})

test('a date out of what is given is no clock', () => {
  expect(
    faults({ 'left/a.ts': `export const a = new Date(1), b = Date.parse('')\n${LONG}` }),
  ).toEqual([])
})

test('nothing is imported that is not in src', () => {
  expect(faults({ 'base/a.ts': `import '../../scripts/setup.ts'\n${LONG}` })).toEqual([
    'base/a.ts imports ../scripts/setup.ts, which is not in src/',
  ])
})

test.each(['name', '`./${name}.ts`', "'./a' + name"])(
  'what is loaded later is written out, and not %s',
  (said) => {
    expect(faults({ 'base/a.ts': `await import(${said})\n${LONG}` })).toEqual([
      `base/a.ts imports ${said}, which is not written out`,
    ])
  },
)

test('files do not import each other, be it only types', () => {
  const files = {
    'base/a.ts': `import type { B } from './b.ts'\n${LONG}`,
    'base/b.ts': `import { c } from './c.ts'\n${LONG}`,
    'base/c.ts': `import type { A } from './a.ts'\n${LONG}`,
  }
  expect(faults(files)).toEqual(['a circle: base/a.ts -> base/b.ts -> base/c.ts -> base/a.ts'])
})

test.each([
  "export { b } from './b.ts'",
  "export type { B } from './b.ts'",
  "export * from './b.ts'",
  "import { b } from './b.ts'\nexport { b }",
])('a file passes nothing on that another one declares: %s', (lines) => {
  const files = { 'base/b.ts': LONG, 'base/a.ts': `${lines}\n${LONG}` }
  expect(faults(files)).toEqual(['base/a.ts passes on what ./b.ts declares: import it from there'])
  expect(faults({ 'base/b.ts': LONG, 'base/face.ts': files['base/a.ts'] })).toEqual([])
})

test('what only its own file names is not exported, but for a type that something exported speaks of', () => {
  const sources = new Map([
    [
      'base/a.ts',
      `export interface Told { readonly a: string }
      export interface Silent { readonly b: string }
      export const own = 1
      export const used = (told: Told): number => own
      export function tested(): void { const silent: Silent = { b: '' } }
      export const late = 2`,
    ],
    ['base/b.ts', "import { used } from './a.ts'; const own = used"],
  ])
  const others = new Map([
    ['../test/base/a.test.ts', "import { tested } from '../../src/base/a.ts'"],
    ['../scripts/a.ts', "const { late } = await import('../src/base/a.ts')"],
  ])
  expect(unusedExports(sources, others)).toEqual([
    'base/a.ts exports Silent, which no other file names',
    'base/a.ts exports own, which no other file names',
  ])
})

test('each room has a test of its own, and what is larger lies above its rooms', () => {
  const plan = {
    rooms: [{ name: 'left' }, { name: 'left/in' }, { name: 'up/right' }, { name: '.' }],
    untested: new Map([['.', 'it is the program']]),
    larger: ['programs'],
  }
  const tests = [
    'left/a.test.ts',
    'left/in/b.test.ts',
    'up/right/c.test.ts',
    'up/both.test.ts',
    'programs/d.test.ts',
  ]
  expect(faultsOfTests(tests, plan)).toEqual([])
  expect(
    faultsOfTests(
      tests.filter((file) => file !== 'left/a.test.ts'),
      plan,
    ),
  ).toEqual(['left has no test of its own: write one in test/left/'])
  expect(faultsOfTests([...tests, 'attic/e.test.ts', 'left/former/f.test.ts'], plan)).toEqual([
    'test/attic has tests and is named after no room',
    'test/left/former has tests and is named after no room',
  ])
  expect(faultsOfTests([...tests, 'all.test.ts'], plan)).toEqual([])
})

test('an excuse of a room that has a test, or is none, is refused', () => {
  const tests = ['left/a.test.ts']
  const untested = new Map([
    ['left', 'it had none'],
    ['attic', 'it was one'],
  ])
  expect(
    faultsOfTests(tests, { rooms: [{ name: 'left' }], untested, larger: ['programs'] }),
  ).toEqual([
    'rooms.ts: UNTESTED names left, which is no room without a test',
    'rooms.ts: UNTESTED names attic, which is no room without a test',
    'rooms.ts: LARGER names programs, which has no tests',
  ])
})
