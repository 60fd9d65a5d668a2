/* Which blocks of others' feeds this node does not keep: pages of bits, and by which rules they were decided. */
import type { State } from './database.ts'
import { lastNumber, rowKey } from './row-key.ts'

const PAGES = 'left-out'
const RULES = 'kept-by'

export interface LeftOutPage {
  readonly number: number
  readonly bytes: Uint8Array
}

export interface LeftOutRows {
  /** What the rules came to, in a digest; `undefined`: nothing was ever decided. */
  readonly digest: string | undefined
  readonly pages: readonly LeftOutPage[]
}

/** @param feed 64 lower-case hex digits @throws StorageError DISK */
export async function leftOutOf(state: State, feed: string): Promise<LeftOutRows> {
  const digest = await state.get(rulesKey(feed))
  const pages: LeftOutPage[] = []
  for await (const { key, value } of state.rows(pagesOf(feed)))
    pages.push({ number: lastNumber(key), bytes: value })
  return { digest: digest === undefined ? undefined : new TextDecoder().decode(digest), pages }
}

/** By these rules nothing is decided yet. On disk when it returns. @throws StorageError DISK */
export async function beginLeftOut(state: State, feed: string, digest: string): Promise<void> {
  const old: Uint8Array[] = []
  for await (const { key } of state.rows(pagesOf(feed))) old.push(key)
  await state.write([
    ...old.map((key) => ({ key, value: undefined })),
    { key: rulesKey(feed), value: new TextEncoder().encode(digest) },
  ])
}

/**
 * @param isSynced on disk when it returns; otherwise power loss can undo it
 * @throws StorageError DISK
 */
export async function putLeftOut(
  state: State,
  feed: string,
  { pages, isSynced }: { readonly pages: readonly LeftOutPage[]; readonly isSynced: boolean },
): Promise<void> {
  const changes = pages.map(({ number, bytes }) => ({
    key: rowKey(PAGES, bytesOf(feed), number),
    value: bytes,
  }))
  await (isSynced ? state.write(changes) : state.writeUnsynced(changes))
}

const bytesOf = (feed: string): Uint8Array => new Uint8Array(Buffer.from(feed, 'hex'))
const pagesOf = (feed: string): Uint8Array => rowKey(PAGES, bytesOf(feed))
const rulesKey = (feed: string): Uint8Array => rowKey(RULES, bytesOf(feed))
