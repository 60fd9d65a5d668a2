import type { Bytes, IndexChange, Indexes } from './database.ts'

/** Rows that become visible together. Reads through it see its own writes; one batch is open at a time. */
export interface IndexBatch {
  readonly get: (key: Bytes) => Promise<Bytes | undefined>
  readonly put: (key: Bytes, value: Bytes) => void
  readonly del: (key: Bytes) => void
  /** Not synced: what a crash takes away, the follower writes again from the cursor in the same batch. */
  readonly commit: () => Promise<void>
}

export function beginBatch(indexes: Indexes): IndexBatch {
  const rows = new Map<string, IndexChange>()
  const set = (key: Bytes, value: Bytes | undefined): void => {
    rows.set(keyAsText(key), { key, value })
  }
  return {
    get: async (key) => {
      const row = rows.get(keyAsText(key))
      return row === undefined ? indexes.get(key) : row.value
    },
    put: set,
    del: (key) => set(key, undefined),
    commit: () => indexes.write([...rows.values()]),
  }
}

/** A key as a name, one character for each byte. */
export const keyAsText = (key: Bytes): string =>
  Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
