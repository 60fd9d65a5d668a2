import Corestore from 'corestore'
import Hypercore from 'hypercore'

export interface RawCopy {
  readonly folder: string
  readonly key: string
  readonly length: number
}

// the types of the project say only what it uses itself
interface Store {
  ready(): Promise<void>
  close(): Promise<void>
  list(): AsyncIterable<Buffer>
  get(options: { readonly discoveryKey: Buffer }): Core
}
interface Core {
  readonly key: Buffer
  readonly length: number
  ready(): Promise<void>
  close(): Promise<void>
  get(sequence: number): Promise<Buffer>
  append(blocks: readonly Buffer[]): Promise<unknown>
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const [openStore, openCore] = [Corestore, Hypercore] as unknown as [
  new (folder: string) => Store,
  new (folder: string) => Core,
]

/** Blocks of a stopped node's feeds, all in one plain hypercore. */
export async function rawCopyOf(data: string, folder: string): Promise<RawCopy> {
  const store = new openStore(`${data}/feeds`)
  await store.ready()
  const copy = new openCore(folder)
  await copy.ready()
  for await (const discoveryKey of store.list()) {
    const core = store.get({ discoveryKey })
    await core.ready()
    for (let at = 0; at < core.length; at += 64) {
      const end = Math.min(core.length, at + 64)
      const sequences = Array.from({ length: end - at }, (_, index) => at + index)
      await copy.append(await Promise.all(sequences.map((sequence) => core.get(sequence))))
    }
  }
  const { key, length } = copy
  await copy.close()
  await store.close()
  return { folder, key: key.toString('hex'), length }
}
