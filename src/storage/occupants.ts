/* What is in a bounded place, in order, with the room that it takes: kept as it changes, so that nobody counts all of it. */
import type { Occupant, Room } from './eviction.ts'

/** What one address has there. */
export interface Held<O> extends Room {
  /** In the order in which they were put last. */
  readonly occupants: Iterable<O>
}

export interface Occupants<O extends Occupant> {
  readonly has: (name: string) => boolean
  readonly get: (name: string) => O | undefined
  /** In the order in which they were put last. */
  readonly all: () => readonly O[]
  /** The same of each address. */
  readonly holders: () => ReadonlyMap<string, Held<O>>
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
  const byAddress = new Map<string, { items: number; bytes: number; readonly occupants: Set<O> }>()
  let bytes = 0

  function remove(name: string): void {
    const occupant = byName.get(name)
    if (occupant === undefined) return
    const { address, size } = occupant
    byName.delete(name)
    bytes -= size
    const held = byAddress.get(address)
    if (held === undefined) return
    held.occupants.delete(occupant)
    held.items -= 1
    held.bytes -= size
    if (held.items === 0) byAddress.delete(address)
  }
  function put(occupant: O): void {
    const name = nameOf(occupant)
    remove(name)
    byName.set(name, occupant)
    const { address, size } = occupant
    bytes += size
    const held = byAddress.get(address) ?? { items: 0, bytes: 0, occupants: new Set<O>() }
    byAddress.set(address, held)
    held.occupants.add(occupant)
    held.items += 1
    held.bytes += size
  }
  for (const one of there) put(one)

  return {
    has: (name) => byName.has(name),
    get: (name) => byName.get(name),
    all: () => [...byName.values()],
    holders: () => byAddress,
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
