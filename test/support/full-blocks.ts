import { createHash } from 'node:crypto'
import { toBlocks } from '../../src/feeds/format/blocks.ts'

/** Full pairs of blocks of format 2, with 64 entries in each, of which nothing is asked but to be there. */
export async function fullBlocks(pairs: number): Promise<readonly Uint8Array[]> {
  const entries = Array.from(
    { length: 64 * pairs },
    (_, at) =>
      ({
        entry: { kind: 'restoration', id: createHash('sha256').update(`${at}`).digest('hex'), at },
      }) as const,
  )
  return (await toBlocks(entries, 2)).flatMap(({ data, index }) => [data, index])
}
