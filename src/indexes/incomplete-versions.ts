/* Versions of which not all was compared. Whoever certified them may have been left out, and stands nowhere else. */
import type { IndexBatch } from './batch.ts'
import type { Bytes, Indexes } from './database.ts'
import { allIncomplete, claimsBy, incompleteKey, versionOfIncomplete } from './version-keys.ts'

const EMPTY: Bytes = new Uint8Array()
/** Versions that are looked at for one rebuilder. */
const MOST = 128

export async function noteIncomplete(
  batch: IndexBatch,
  version: Bytes,
  isCrowded: boolean,
): Promise<void> {
  const key = incompleteKey(version)
  // nearly always there is none, and a row that is not there needs no deletion
  const was = (await batch.get(key)) !== undefined
  if (isCrowded && !was) batch.put(key, EMPTY)
  if (!isCrowded && was) batch.del(key)
}

/** Has that rebuilder certified one of them? `true` also where they are too many to be looked at. */
export async function hasIncompleteVersion(
  indexes: Indexes,
  fingerprint: string,
): Promise<boolean> {
  const rows = await indexes.level.keys({ ...allIncomplete(), limit: MOST + 1 }).all()
  if (rows.length > MOST) return true
  for (const row of rows) {
    const own = { ...claimsBy(versionOfIncomplete(row), fingerprint), limit: 1 }
    if ((await indexes.level.keys(own).all()).length > 0) return true
  }
  return false
}
