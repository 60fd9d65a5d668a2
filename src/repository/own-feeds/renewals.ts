/*
 * An own feed of which somebody has more than this node is written no more: its head would contradict what others have.
 * A new feed takes its place, and what may be nowhere else is appended to that.
 */
import { once } from 'node:events'
import { codeOf } from '../../base/errors.ts'
import { makeMutex } from '../../base/mutex.ts'
import { decodeDataBlock } from '../../feeds/format/block.ts'
import type { CertificationEntry } from '../../feeds/format/entry.ts'
import type { Feed, OwnFeed } from '../../feeds/format/feed.ts'
import { certificationRow } from '../../indexes/certifications.ts'
import type { State } from '../../state/database.ts'
import { formerFeeds, putFormerFeed } from '../../state/former-feeds.ts'
import { documentFacts } from '../entries/document-facts.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { Replacement } from './own-feeds.ts'
import type { Writer, WriteContext } from './writer.ts'

export interface Renewals {
  /**
   * @param confirmed length up to which others have what stands in it
   * @returns the feed that is written instead; `undefined` if that one is not written any more
   */
  readonly renew: (old: OwnFeed, confirmed: number) => Promise<OwnFeed | undefined>
  /** Appends what a crash has left to be appended. */
  readonly finish: () => Promise<void>
  readonly idle: () => Promise<void>
}

/** Appended together. */
const AT_ONCE = 64

/** @param follow follows both into the indexes */
export function makeRenewals(
  state: State,
  { indexing, writing }: { readonly indexing: IndexContext; readonly writing: WriteContext },
  follow: (replacement: Replacement) => Promise<void>,
): Renewals {
  const { own, writer, reached } = writing
  const { feeds } = indexing.reading
  const gone = new Set<string>()
  const copying = makeMutex()
  const closed = new AbortController()

  async function copyAll(): Promise<void> {
    for (const row of await formerFeeds(state)) {
      const { key, collection, generation, copyFrom, copyTo } = row
      const [from, to] = [feeds.of(key), own.byCollection.get(collection)]
      if (copyFrom === undefined || copyTo === undefined) continue
      if (from === undefined || to === undefined) continue
      const start = Math.max(1, copyFrom - (1 - (copyFrom % 2)))
      await copy(from, to, { start, end: copyTo })
      if (!closed.signal.aborted) await putFormerFeed(state, { key, collection, generation })
    }
  }

  async function copy(
    from: Feed,
    to: OwnFeed,
    { start, end }: { readonly start: number; readonly end: number },
  ): Promise<void> {
    // what of it is not here may never come
    const stopped = once(closed.signal, 'abort')
    await Promise.race([reached(from.key, end), stopped])
    const batch: CertificationEntry[] = []
    const copyEntries = (entries: readonly CertificationEntry[]) =>
      Promise.all(entries.map((entry) => copyEntry(entry, to, { indexing, writer })))
    for (let sequence = start; sequence < end && !closed.signal.aborted; sequence += 2) {
      for (const entry of await certificationsAt(from, sequence)) {
        batch.push(entry)
        if (batch.length < AT_ONCE) continue
        await copyEntries(batch.splice(0))
      }
    }
    await copyEntries(batch)
  }

  const finish = (): Promise<void> => copying.run(copyAll).catch(indexing.onFault)

  return {
    async renew(old, confirmed) {
      if (gone.has(old.key)) return undefined
      gone.add(old.key)
      const replacement = await writer.retire(old.key, () => own.replace(old, confirmed))
      await follow(replacement)
      void finish()
      return replacement.feed
    },
    finish,
    async idle() {
      closed.abort()
      await copying.idle()
    },
  }
}

async function certificationsAt(
  feed: Feed,
  sequence: number,
): Promise<readonly CertificationEntry[]> {
  const data = await feed.readData(sequence)
  if (data === undefined) return []
  try {
    const entries = await decodeDataBlock(data)
    return entries.flatMap((entry) => (entry.kind === 'certification' ? entry : []))
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return []
  }
}

async function copyEntry(
  entry: CertificationEntry,
  feed: OwnFeed,
  { indexing, writer }: { readonly indexing: IndexContext; readonly writer: Writer },
): Promise<void> {
  const { withheld, keyring } = indexing.reading
  const row = await certificationRow(indexing.indexes, entry.id)
  const isThere = row?.variants.some((variant) => variant.feed === feed.key) === true
  if (row === undefined || isThere || withheld.get(entry.id) !== undefined) return
  const keys = await keyring.forKeyId(row.keyId)
  const key = keys.find(({ fingerprint }) => fingerprint === row.facts?.rebuilder)
  await writer.appendEntry({ feed, key, entry, facts: documentFacts(row.keyId, row.sources) })
}
