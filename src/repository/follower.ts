/*
 * Follows one feed into the indexes, in order: blocks -> entries -> verification -> rows, with the cursor in the same
 * batch. It owns nothing but its position; what it writes can be deleted and is written again. An entry that cannot be
 * used becomes a rejected row, a block that is not here a hole; only a StorageError stops it.
 */
import type { DialectName } from '../certification/dialects/dialect.ts'
import { AdmissionError, codeOf } from '../errors.ts'
import { decodeDataBlock, decodeIndexBlock, indexOf } from '../feeds/block.ts'
import type { IndexRow } from '../feeds/block.ts'
import type { CertificationEntry } from '../feeds/entry.ts'
import type { Feed } from '../feeds/feed.ts'
import { beginBatch } from '../indexes/batch.ts'
import { putCursor, readCursor } from '../indexes/cursors.ts'
import type { Indexes } from '../indexes/database.ts'
import { putHole } from '../indexes/holes.ts'
import { putRejected } from '../indexes/rejected.ts'
import { followCertifications, followKey } from './follow-block.ts'
import type { Examiners } from './follow-block.ts'
import { followWithholding } from './follow-withholding.ts'
import type { IndexLock } from './index-lock.ts'
import type { Positioned } from './kept.ts'
import type { Standing } from './standing.ts'

export interface Follower {
  readonly feed: Feed
  /** Resolves when everything below `length` blocks is in the indexes; rejects when the follower has stopped. */
  readonly reached: (length: number) => Promise<void>
  /** How many blocks are in the indexes. */
  readonly position: () => number
  readonly close: () => Promise<void>
}

export interface FollowerParts {
  /** Of the feed's collection. */
  readonly dialect: DialectName
  readonly indexes: Indexes
  readonly lock: IndexLock
  readonly examiners: Examiners
  /** What is left of a block that this node cleared; `undefined` of any other. */
  readonly kept: (feed: string, sequence: number) => Promise<readonly Positioned[] | undefined>
  /** Verifies again what a key has changed; resolves when that is done. */
  readonly derive: () => Promise<void>
  /** Key ids that became known or changed: something may wait for them. */
  readonly onKeys: (keyIds: readonly string[]) => void
  /** After each batch. */
  readonly onProgress: () => void
  /** It has stopped: the disk, or our own bug. */
  readonly onFault: (error: unknown) => void
}

/** Data blocks read, verified and indexed together: at most 16 MiB of them. */
const BLOCKS_PER_BATCH = 64

export async function openFollower(feed: Feed, parts: FollowerParts): Promise<Follower> {
  let position = Math.max(1, await readCursor(parts.indexes, feed.key))
  let running: Promise<void> | undefined
  const stop = new AbortController()
  let failure: Error | undefined
  const waiting = new Set<{
    length: number
    resolve: () => void
    reject: (error: unknown) => void
  }>()

  function wake(): void {
    running ??= run().finally(() => {
      running = undefined
      if (!stop.signal.aborted && failure === undefined && position + 1 < feed.length) wake()
    })
  }

  async function run(): Promise<void> {
    try {
      while (!stop.signal.aborted && position + 1 < feed.length) {
        position = await parts.lock.run(() => followRun(feed, position, parts))
        parts.onProgress()
        settle()
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      parts.onFault(error)
      for (const waiter of waiting) waiter.reject(error)
      waiting.clear()
    }
  }

  function settle(): void {
    for (const waiter of waiting) {
      if (waiter.length > position) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }

  const unsubscribe = feed.onChanged(wake)
  wake()
  return {
    feed,
    position: () => position,
    reached: async (length) => {
      if (failure !== undefined) throw failure
      if (stop.signal.aborted) throw closing()
      if (length <= position) return
      const reached = new Promise<void>((resolve, reject) =>
        waiting.add({ length, resolve, reject }),
      )
      wake()
      await reached
    },
    close: async () => {
      stop.abort()
      unsubscribe()
      await running
      for (const waiter of waiting) waiter.reject(closing())
      waiting.clear()
    },
  }
}

const closing = (): AdmissionError =>
  new AdmissionError('CLOSING', 'This node is stopping; ask again in a moment.')

/** Blocks from `from` on, as many as fit one batch; returns the next sequence to read. */
async function followRun(feed: Feed, from: number, parts: FollowerParts): Promise<number> {
  const { indexes, examiners, dialect } = parts
  const pairs = Math.min(BLOCKS_PER_BATCH, Math.floor((feed.length - from) / 2))
  const sequences = Array.from({ length: pairs }, (_, at) => from + 2 * at)
  const blocks = await Promise.all(
    sequences.map((sequence) => readPair(feed, sequence, parts.kept)),
  )
  const next = from + 2 * pairs
  let batch = beginBatch(indexes)
  let gathered: Standing<CertificationEntry>[] = []
  for (const block of blocks) {
    if (block.kind === 'hole') putHole(batch, feed.key, block.sequence)
    if (block.kind === 'bad')
      putRejected(batch, { feed: feed.key, sequence: block.sequence, position: 0 }, block.code)
    if (block.kind !== 'entries') continue
    for (const { position, entry } of block.entries) {
      const standing = {
        feed: feed.key,
        collection: feed.collection,
        dialect,
        sequence: block.sequence,
        position,
      }
      if (entry.kind === 'certification') gathered.push({ ...standing, entry })
      else if (entry.kind === 'withholding') {
        await followCertifications(batch, gathered, examiners)
        gathered = []
        await followWithholding(batch, { ...standing, entry }, feed)
      } else if (entry.kind === 'public-key') {
        await followCertifications(batch, gathered, examiners)
        gathered = []
        const changed = await followKey(batch, { ...standing, entry }, examiners.keyring)
        await batch.commit()
        batch = beginBatch(indexes)
        learnt(changed, parts)
      }
    }
  }
  await followCertifications(batch, gathered, examiners)
  putCursor(batch, indexes, { feed: feed.key, next })
  await batch.commit()
  return next
}

function learnt(keyIds: readonly string[], parts: FollowerParts): void {
  if (keyIds.length === 0) return
  parts.examiners.keyring.forget(keyIds)
  // not awaited: a key with many certifications must not hold up those of others
  parts.derive().catch(parts.onFault)
  parts.onKeys(keyIds)
}

type Block =
  | { readonly kind: 'entries'; readonly sequence: number; readonly entries: readonly Positioned[] }
  | { readonly kind: 'hole'; readonly sequence: number }
  | { readonly kind: 'bad'; readonly sequence: number; readonly code: string }

/** A data block and the index block right after it, which must be its own. */
async function readPair(feed: Feed, sequence: number, kept: FollowerParts['kept']): Promise<Block> {
  const data = await feed.readData(sequence)
  const index = await feed.readData(sequence + 1)
  const others = data === undefined ? await kept(feed.key, sequence) : undefined
  if (others !== undefined) return { kind: 'entries', sequence, entries: others }
  if (data === undefined || index === undefined) return { kind: 'hole', sequence }
  try {
    const entries = decodeDataBlock(data)
    if (isSame(decodeIndexBlock(index), indexOf(entries)))
      return {
        kind: 'entries',
        sequence,
        entries: entries.map((entry, position) => ({ position, entry })),
      }
    return { kind: 'bad', sequence, code: 'ENTRY_SYNTAX' }
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    return { kind: 'bad', sequence, code }
  }
}

function isSame(one: readonly IndexRow[], other: readonly IndexRow[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ kind, id, length }, at) => {
      const row = other[at]
      return row?.kind === kind && row.id === id && row.length === length
    })
  )
}
