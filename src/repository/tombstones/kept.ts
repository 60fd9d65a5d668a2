import { decodeEntry, encodeEntry } from '../../feeds/format/entry.ts'
import type { Entry, Place } from '../../feeds/format/entry.ts'
import type { State } from '../../state/database.ts'
import { keptEntries, putKept, removeKept } from '../../state/kept.ts'
import type { KeptBlock } from '../../state/kept.ts'
import type { Withheld } from './withheld.ts'

/** An entry, and its position in its block. */
export interface Positioned {
  readonly position: number
  readonly entry: Entry
}

/** What this node still serves of blocks that it cleared. */
export interface Kept {
  readonly entry: (place: Place) => Promise<Entry | undefined>
  readonly block: (block: KeptBlock) => Promise<readonly Positioned[]>
  /** On disk when it returns. */
  readonly put: (block: KeptBlock, entries: readonly Positioned[]) => Promise<void>
  readonly remove: (block: KeptBlock, entries: readonly Positioned[]) => Promise<void>
}

export function openKept(state: State): Kept {
  const block = async ({ feed, sequence }: KeptBlock): Promise<readonly Positioned[]> =>
    (await keptEntries(state, { feed, sequence })).map(({ position, bytes }) => ({
      position,
      entry: decodeEntry(bytes),
    }))
  return {
    entry: async (place) =>
      (await block(place)).find(({ position }) => position === place.position)?.entry,
    block,
    put: (where, entries) =>
      putKept(
        state,
        where,
        entries.map(({ position, entry }) => ({ position, bytes: encodeEntry(entry) })),
      ),
    remove: (where, entries) =>
      removeKept(
        state,
        where,
        entries.map(({ position }) => position),
      ),
  }
}

/** What is kept of a block that was cleared here, or is about to be; `undefined` of any other. */
export const keptBlocks =
  (kept: Pick<Kept, 'block'>, withheld: Pick<Withheld, 'isCleared'>) =>
  async (feed: string, sequence: number) => {
    const others = await kept.block({ feed, sequence })
    return others.length > 0 || withheld.isCleared(feed, sequence) ? others : undefined
  }
