import { createHash } from 'node:crypto'
import type { Naming } from '../../certification/agreement/naming.ts'
import { beginBatch } from '../../indexes/batch.ts'
import type { Indexes } from '../../indexes/database.ts'
import { allTallies, namingKey } from '../../indexes/version-keys.ts'
import { decodeTallyRow, noteTally } from '../../indexes/tallies.ts'

/** Notes every tally that counts others apart than this policy does. To be called before anything else is written. */
export async function noteNaming(indexes: Indexes, naming: Naming): Promise<void> {
  const digest = createHash('sha256').update(naming.key).digest()
  const before = await indexes.get(namingKey())
  if (before !== undefined && Buffer.compare(before, digest) === 0) return
  const batch = beginBatch(indexes)
  for await (const value of indexes.level.values(allTallies()))
    noteTally(batch, decodeTallyRow(value).segments)
  batch.put(namingKey(), digest)
  await batch.commit()
}
