import { decodeAnyEntry, encodeEntry } from '../../feeds/format/entry.ts'
import type { AnyEntry, Place } from '../../feeds/format/entry.ts'
import type { State } from '../../state/database.ts'
import {
  blocksWithSavedEntries,
  savedEntries,
  putSavedEntries,
  removeSavedEntries,
} from '../../state/saved-entries.ts'
import type { SavedBlock } from '../../state/saved-entries.ts'
import type { Withheld } from './withheld.ts'

/** An entry, and its position in its block. */
export interface Positioned {
  readonly position: number
  readonly entry: AnyEntry
}

/** What this node still serves of blocks that it cleared. */
export interface SavedEntries {
  readonly entry: (place: Place) => Promise<AnyEntry | undefined>
  readonly block: (block: SavedBlock) => Promise<readonly Positioned[]>
  /** On disk when it returns. */
  readonly put: (block: SavedBlock, entries: readonly Positioned[]) => Promise<void>
  readonly remove: (block: SavedBlock, entries: readonly Positioned[]) => Promise<void>
}

/** What is saved in that state; nothing is open behind it but the state. Its functions throw StorageError DISK. */
export function openSavedEntries(state: State): SavedEntries {
  const block = async ({ feed, sequence }: SavedBlock): Promise<readonly Positioned[]> =>
    (await savedEntries(state, { feed, sequence })).map(({ position, bytes }) => ({
      position,
      entry: decodeAnyEntry(bytes),
    }))
  return {
    entry: async (place) =>
      (await block(place)).find(({ position }) => position === place.position)?.entry,
    block,
    put: (where, entries) =>
      putSavedEntries(
        state,
        where,
        entries.map(({ position, entry }) => ({ position, bytes: encodeEntry(entry) })),
      ),
    remove: (where, entries) =>
      removeSavedEntries(
        state,
        where,
        entries.map(({ position }) => position),
      ),
  }
}

/** Of so many blocks it is looked whether others have them. */
const MOST_REMAINS = 10_000

/**
 * Blocks of which something is withheld here, and other entries are kept. Looked up anew only when what is withheld has changed.
 * @throws StorageError DISK
 */
export function savedRemains(
  state: State,
  withheld: Pick<Withheld, 'rows'>,
): () => Promise<readonly SavedBlock[]> {
  let known: { readonly rows: unknown; readonly blocks: Promise<readonly SavedBlock[]> } | undefined
  return () => {
    const rows = withheld.rows()
    if (known?.rows !== rows) known = { rows, blocks: blocksWithSavedEntries(state, MOST_REMAINS) }
    return known.blocks
  }
}

/** What is kept of a block that was cleared here, or is about to be; `undefined` of any other. */
export const savedBlocks =
  (kept: Pick<SavedEntries, 'block'>, withheld: Pick<Withheld, 'isCleared'>) =>
  async (feed: string, sequence: number) => {
    const others = await kept.block({ feed, sequence })
    return others.length > 0 || withheld.isCleared(feed, sequence) ? others : undefined
  }
