import { join } from 'node:path'
import { openIndexes } from '../../src/indexes/database.ts'

const EVENTS: ReadonlySet<string> = new Set(['v', 'x', 'z'])

/**
 * Every row of a closed node's indexes, but what tells one index from another (its epoch), and events, which stand in the
 * order in which they came to this node.
 */
export async function indexRows(data: string): Promise<readonly string[]> {
  const indexes = await openIndexes(join(data, 'indexes'))
  try {
    const rows: string[] = []
    for await (const [key, value] of indexes.level.iterator()) {
      const table = String.fromCharCode(key[0] ?? 0)
      if (table === '\0' || EVENTS.has(table)) continue
      const text = Buffer.from(value).toString('latin1')
      rows.push(
        `${Buffer.from(key).toString('hex')} ${table === 'u' ? text.replace(indexes.epoch, '') : Buffer.from(value).toString('hex')}`,
      )
    }
    return rows
  } finally {
    await indexes.close()
  }
}
