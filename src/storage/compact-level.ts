/** What this needs of a level, which is a classic-level on every machine that a node runs on. */
interface Level {
  put(key: Uint8Array, value: Uint8Array, options: { readonly sync: boolean }): Promise<void>
  del(key: Uint8Array, options: { readonly sync: boolean }): Promise<void>
}
interface Compactable {
  compactRange(start: Uint8Array, end: Uint8Array): Promise<void>
}

/** Around every row. */
const FIRST = Uint8Array.of(0)
const LAST = new Uint8Array(8).fill(0xff)

/**
 * Takes what was deleted or written over off the disk, and syncs. Long. A table of the lowest level that has a row and its
 * deletion both is not written anew by one compaction: a table above it, as wide as all rows, makes the second one do that.
 */
export async function compactLevel(level: Level): Promise<void> {
  if (!isCompactable(level)) throw new Error('this level cannot be compacted')
  for (let turn = 0; turn < 2; turn++) {
    for (const key of [FIRST, LAST]) await level.put(key, FIRST, { sync: true })
    for (const key of [FIRST, LAST]) await level.del(key, { sync: true })
    await level.compactRange(FIRST, LAST)
  }
}

function isCompactable(level: object): level is Compactable {
  return 'compactRange' in level
}
