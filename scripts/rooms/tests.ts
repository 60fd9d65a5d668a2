/* Do the tests mirror the rooms? `test/a/b` has the tests of the room `a/b`, and what is larger than a room lies above its rooms. */
import { posix } from 'node:path'
import type { Room } from './rooms.ts'

/** What is true of the folders of test/. */
export interface TestPlan {
  readonly rooms: readonly Pick<Room, 'name'>[]
  /** Rooms without a test of their own, each with the reason. */
  readonly untested: ReadonlyMap<string, string>
  /** Folders of tests that are named after no room. */
  readonly larger: readonly string[]
}

/**
 * @param tests paths of test files below test/
 * @returns a sentence for each fault
 */
export function faultsOfTests(
  tests: readonly string[],
  { rooms, untested, larger }: TestPlan,
): readonly string[] {
  const folders = new Set(tests.map((file) => posix.dirname(file)))
  const isRoom = (folder: string): boolean => rooms.some(({ name }) => name === folder)
  const isAboveRooms = (folder: string): boolean =>
    rooms.some(({ name }) => name.startsWith(`${folder}/`))
  const tested = rooms.filter(({ name }) => name !== '.' && folders.has(name))
  return [
    ...rooms
      .filter((room) => !tested.includes(room) && !untested.has(room.name))
      .map(({ name }) => `${name} has no test of its own: write one in test/${name}/`),
    ...[...untested.keys()]
      .filter((name) => !isRoom(name) || tested.some((room) => room.name === name))
      .map((name) => `rooms.ts: UNTESTED names ${name}, which is no room without a test`),
    ...[...folders]
      .filter((folder) => !isRoom(folder) && !isAboveRooms(folder) && !larger.includes(folder))
      .map((folder) => `test/${folder} has tests and is named after no room`),
    ...larger
      .filter((folder) => !folders.has(folder))
      .map((folder) => `rooms.ts: LARGER names ${folder}, which has no tests`),
  ]
}
