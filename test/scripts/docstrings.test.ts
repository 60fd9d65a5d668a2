import { expect, test } from 'vitest'
import { faultsOfDocstrings } from '../../scripts/rooms/docstrings.ts'

const faults = (files: Readonly<Record<string, string>>) =>
  faultsOfDocstrings(new Map(Object.entries(files)))

const DOOR = `export interface Door {\n  /** Ends it. */\n  readonly close: () => void\n}\n`

const openingOf = (returned: string) =>
  `import type { Door } from './door.ts'\ninterface Own extends Door {\n  readonly a: 1\n}\n` +
  `/** Promises a door. */\nexport function openDoor(): ${returned} {\n  return door\n}\n`

const documented = (sentence: string) =>
  `${DOOR}/**\n * A door.\n * ${sentence}\n */\nexport const makeDoor = (): Door => door\n`

const undocumented = (name: string) =>
  `export const a = 1\nexport function ${name}(): number {\n  return a\n}\n`

test('what is opened says who closes it, wherever its type was declared', () => {
  const said = ['a.ts exports openDoor, and nothing says who closes what it returns']
  for (const returned of ['Door', 'Promise<Door>', 'Own', '{ readonly close: () => void }'])
    expect(faults({ 'door.ts': DOOR, 'a.ts': openingOf(returned) })).toEqual(said)
  for (const returned of ['Other', 'Promise<number>', '{ readonly closed: boolean }'])
    expect(faults({ 'door.ts': DOOR, 'a.ts': openingOf(returned) })).toEqual([])
})

test('a sentence with the word is enough', () => {
  expect(faults({ 'a.ts': documented('Whoever makes it closes it.') })).toEqual([])
  expect(faults({ 'a.ts': documented('It was disclosed.') })).toHaveLength(1)
})

test('whatever opens or makes something has a docstring, and other functions need none', () => {
  expect(faults({ 'a.ts': undocumented('watchAll') })).toEqual([
    'a.ts exports watchAll, and nothing says what it promises',
  ])
  for (const name of ['opened', 'maker', 'restart', 'count'])
    expect(faults({ 'a.ts': undocumented(name) })).toEqual([])
})
