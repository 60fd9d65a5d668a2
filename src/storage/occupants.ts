/* What is in a bounded place, in order, with the room that it takes: kept as it changes, so that nobody counts all of it. */
import type { Occupant, Room } from './eviction.ts'

export interface Occupants<O extends Occupant> {
  readonly has: (name: string) => boolean
  readonly get: (name: string) => O | undefined
  /** In the order in which they were put last. */
  readonly all: () => readonly O[]
  readonly room: () => Room
  /** What all would take if these came, each in the place of what has its name. No name comes twice. */
  readonly roomWith: (coming: readonly O[]) => Room
  /** Behind all others, in the place of what has its name. */
  readonly put: (occupant: O) => void
  readonly remove: (name: string) => void
}

/** @param there in order, each name once */
export function makeOccupants<O extends Occupant>(
  nameOf: (occupant: O) => string,
  there: readonly O[],
): Occupants<O> {
  const byName = new Map<string, O>()
  let bytes = 0

  function remove(name: string): void {
    bytes -= byName.get(name)?.size ?? 0
    byName.delete(name)
  }
  function put(occupant: O): void {
    const name = nameOf(occupant)
    remove(name)
    byName.set(name, occupant)
    bytes += occupant.size
  }
  for (const one of there) put(one)

  return {
    has: (name) => byName.has(name),
    get: (name) => byName.get(name),
    all: () => [...byName.values()],
    room: () => ({ items: byName.size, bytes }),
    roomWith(coming) {
      const room = { items: byName.size, bytes }
      for (const one of coming) {
        const before = byName.get(nameOf(one))
        if (before === undefined) room.items += 1
        room.bytes += one.size - (before?.size ?? 0)
      }
      return room
    },
    put,
    remove,
  }
}
