import { isoTime } from '../../base/iso-time.ts'
import { createHash } from 'node:crypto'
import type { WithholdingFacts } from '../../base/errors.ts'
import { makeSignal } from '../../base/signal.ts'
import type { Place } from '../../feeds/format/entry.ts'
import type { State } from '../../state/database.ts'
import { putWithheld, removeWithheld, withheldRows } from '../../state/withheld.ts'
import type { WithheldRow } from '../../state/withheld.ts'

/** Every certification that this node does not keep, at hand. Writes throw StorageError DISK. */
export interface Withheld {
  readonly get: (id: string) => WithheldRow | undefined
  /** On disk when it returns; believed from the moment it is called, and not if it fails. */
  readonly put: (rows: readonly WithheldRow[]) => Promise<void>
  readonly remove: (ids: readonly string[]) => Promise<void>
  /** By id. */
  readonly rows: () => readonly WithheldRow[]
  /** Is that block cleared here, or about to be? */
  readonly isCleared: (feed: string, sequence: number) => boolean
  /** Sequences of a feed whose blocks must not be fetched. */
  readonly blocks: (feed: string) => readonly number[]
  /** What stood at a path; the collection comes first. */
  readonly at: (path: readonly string[]) => WithheldRow | undefined
  /** How many stood below a directory. */
  readonly below: (path: readonly string[]) => number
  /** A feed has brought a withheld id once more: noted before it is followed, so that it is erased too. */
  readonly noteReappearance: (id: string, place: Place) => Promise<void>
  /** Calls back when one was met: there is something to erase. @returns how to be called no more */
  readonly onReappeared: (listener: () => void) => () => void
}

/** @param onFault whoever was told that something has come back has failed. @throws StorageError DISK */
export async function openWithheld(
  state: State,
  onFault: (error: unknown) => void,
): Promise<Withheld> {
  const reappeared = makeSignal(onFault)
  const byId = new Map<string, WithheldRow>()
  let sorted: readonly WithheldRow[] | undefined
  const sequences = new Map<string, Map<number, number>>()
  const files = new Map<string, Set<string>>()
  const directories = new Map<string, Set<string>>()

  function note(row: WithheldRow): void {
    drop(row.id)
    byId.set(row.id, row)
    sorted = undefined
    for (const { feed, sequence } of row.places) {
      const ofFeed = sequences.get(feed) ?? new Map<number, number>()
      sequences.set(feed, ofFeed.set(sequence, (ofFeed.get(sequence) ?? 0) + 1))
    }
    for (const hash of row.files) addTo(files, hash, row.id)
    for (const hash of row.directories) addTo(directories, hash, row.id)
  }

  function drop(id: string): void {
    const row = byId.get(id)
    if (row === undefined) return
    byId.delete(id)
    sorted = undefined
    for (const { feed, sequence } of row.places) {
      const ofFeed = sequences.get(feed)
      const others = (ofFeed?.get(sequence) ?? 1) - 1
      if (others === 0) ofFeed?.delete(sequence)
      else ofFeed?.set(sequence, others)
    }
    for (const hash of row.files) files.get(hash)?.delete(id)
    for (const hash of row.directories) directories.get(hash)?.delete(id)
  }

  for (const row of await withheldRows(state)) note(row)

  const put = async (rows: readonly WithheldRow[]): Promise<void> => {
    const before = rows.map(({ id }) => byId.get(id))
    for (const row of rows) note(row)
    try {
      await putWithheld(state, rows)
    } catch (error) {
      for (const [at, row] of rows.entries()) {
        // another may have been put meanwhile
        if (byId.get(row.id) !== row) continue
        const former = before[at]
        if (former === undefined) drop(row.id)
        else note(former)
      }
      throw error
    }
  }
  return {
    get: (id) => byId.get(id),
    put,
    remove: async (ids) => {
      await removeWithheld(state, ids)
      for (const id of ids) drop(id)
    },
    rows: () => (sorted ??= [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))),
    isCleared: (feed, sequence) => sequences.get(feed)?.has(sequence) === true,
    blocks: (feed) => [...(sequences.get(feed)?.keys() ?? [])],
    at: (path) => {
      const [id] = files.get(hashOf(path)) ?? []
      return id === undefined ? undefined : byId.get(id)
    },
    below: (path) => directories.get(hashOf(path))?.size ?? 0,
    noteReappearance: async (id, { feed, sequence, position }) => {
      const row = byId.get(id)
      if (row === undefined || hasPlace(row, { feed, sequence, position })) return
      const places = [...row.places, { feed, sequence, position }]
      await put([{ ...row, places, isErased: false }])
      reappeared.emit()
    },
    onReappeared: reappeared.subscribe,
  }
}

export const factsOf = ({ id, reason, code, at, feed }: WithheldRow): WithholdingFacts => ({
  id,
  reason,
  code,
  at: isoTime(at),
  feed: feed ?? null,
})

export function hasPlace(row: WithheldRow, place: Place): boolean {
  return row.places.some(
    ({ feed, sequence, position }) =>
      feed === place.feed && sequence === place.sequence && position === place.position,
  )
}

/** Paths with the collection first. */
export function hashesOf(
  paths: readonly (readonly string[])[],
): Pick<WithheldRow, 'files' | 'directories'> {
  const above = paths.flatMap((path) => path.slice(1).map((_, at) => path.slice(0, at + 1)))
  return {
    files: [...new Set(paths.map(hashOf))],
    directories: [...new Set(above.map(hashOf))],
  }
}

const hashOf = (path: readonly string[]): string =>
  createHash('sha256').update(path.join('/')).digest('hex').slice(0, 32)

function addTo(sets: Map<string, Set<string>>, name: string, id: string): void {
  sets.set(name, (sets.get(name) ?? new Set()).add(id))
}
