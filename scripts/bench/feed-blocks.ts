import Corestore from 'corestore'

/** A block of a feed, as it is stored; the origin is block 0. */
export interface StoredBlock {
  readonly sequence: number
  readonly bytes: Buffer
}

// the types of the project say only what it uses itself
interface Store {
  ready(): Promise<void>
  close(): Promise<void>
  list(): AsyncIterable<Buffer>
  get(options: { readonly discoveryKey: Buffer }): Core
}
interface Core {
  readonly length: number
  ready(): Promise<void>
  has(sequence: number): Promise<boolean>
  get(sequence: number): Promise<Buffer>
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const openStore = Corestore as unknown as new (folder: string) => Store

/** What a stopped node's feeds have, one feed after the other, in order; without what was cleared. */
export async function* feedBlocks(data: string): AsyncGenerator<StoredBlock> {
  const store = new openStore(`${data}/feeds`)
  await store.ready()
  try {
    for await (const discoveryKey of store.list()) {
      const core = store.get({ discoveryKey })
      await core.ready()
      for (let sequence = 0; sequence < core.length; sequence += 1)
        if (await core.has(sequence)) yield { sequence, bytes: await core.get(sequence) }
    }
  } finally {
    await store.close()
  }
}

/** Data blocks stand behind the origin, each before its index block. */
export const isData = ({ sequence }: StoredBlock): boolean => sequence % 2 === 1
