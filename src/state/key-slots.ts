import type { KeyLimits, KeySlot } from './key-eviction.ts'

/** The posted keys without their bytes: oldest first, but for those that were asked for and had to stay. */
export interface KeySlots {
  readonly count: () => number
  /** Of all of them. */
  readonly bytes: () => number
  readonly get: (fingerprint: string) => KeySlot | undefined
  /** Behind all others. */
  readonly set: (slot: KeySlot) => void
  readonly delete: (fingerprint: string) => void
  /** For these, which replace those with the same fingerprints. */
  readonly hasRoom: (coming: readonly KeySlot[]) => boolean
  /** All others. */
  readonly besides: (coming: readonly KeySlot[]) => readonly KeySlot[]
  /** Those that have been here since that time, in milliseconds since 1970, or longer. */
  readonly since: (time: number) => readonly KeySlot[]
}

export function makeKeySlots(found: readonly KeySlot[], limits: KeyLimits): KeySlots {
  const slots = new Map(found.map((slot) => [slot.fingerprint, slot]))
  let bytes = sizeOf(found)
  function remove(fingerprint: string): void {
    bytes -= slots.get(fingerprint)?.size ?? 0
    slots.delete(fingerprint)
  }
  return {
    count: () => slots.size,
    bytes: () => bytes,
    get: (fingerprint) => slots.get(fingerprint),
    delete: remove,
    set(slot) {
      remove(slot.fingerprint)
      slots.set(slot.fingerprint, slot)
      bytes += slot.size
    },
    hasRoom(coming) {
      const replaced = coming.flatMap(({ fingerprint }) => slots.get(fingerprint) ?? [])
      return (
        slots.size + coming.length - replaced.length <= limits.items &&
        bytes + sizeOf(coming) - sizeOf(replaced) <= limits.bytes
      )
    },
    besides(coming) {
      const names = new Set(coming.map(({ fingerprint }) => fingerprint))
      return [...slots.values()].filter(({ fingerprint }) => !names.has(fingerprint))
    },
    since: (time) => [...slots.values()].filter(({ since }) => since <= time),
  }
}

function sizeOf(slots: readonly KeySlot[]): number {
  return slots.reduce((sum, { size }) => sum + size, 0)
}
