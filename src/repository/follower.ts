/*
 * Follows one feed into the indexes, in order: blocks -> entries -> verification -> rows, with the cursor in the same
 * batch. It owns nothing but its position; what it writes can be deleted and is written again. An entry that cannot be
 * used becomes a rejected row, a block that is not here a hole; only a StorageError stops it.
 */
import type { DialectName } from '../certification/dialects/dialect.ts'
import { AdmissionError } from '../errors.ts'
import type { CertificationEntry } from '../feeds/entry.ts'
import type { Feed } from '../feeds/feed.ts'
import { beginBatch } from '../indexes/batch.ts'
import { putCursor, readCursor } from '../indexes/cursors.ts'
import type { Indexes } from '../indexes/database.ts'
import { deleteHole, holesIn, putHole } from '../indexes/holes.ts'
import { putRejected } from '../indexes/rejected.ts'
import { followCertifications, followKey } from './follow-block.ts'
import type { Examiners } from './follow-block.ts'
import { followWithholding } from './follow-withholding.ts'
import type { IndexLock } from './index-lock.ts'
import { makeMissing } from './missing.ts'
import type { Patience } from './missing.ts'
import type { Positioned } from './kept.ts'
import { hasPair, namesIn, readPair } from './pair.ts'
import type { Standing } from './standing.ts'

export interface Follower {
  readonly feed: Feed
  /** Resolves when everything below `length` blocks is in the indexes; rejects when the follower has stopped. */
  readonly reached: (length: number) => Promise<void>
  /** Takes a block for a hole, to be filled whenever it comes. */
  readonly expect: (sequence: number) => Promise<void>
  /** How many blocks are in the indexes. */
  readonly position: () => number
  /** Is everything in the indexes that is here, or that a connected peer has? */
  readonly caughtUp: () => boolean
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
  /** How long a missing block is waited for. */
  readonly patience: Patience
}

/** Data blocks read, verified and indexed together: at most 16 MiB of them. */
const BATCH = 64

export async function openFollower(feed: Feed, parts: FollowerParts): Promise<Follower> {
  let position = Math.max(1, await readCursor(parts.indexes, feed.key))
  const holes = new Set((await holesIn(parts.indexes, feed.key)).map(({ sequence }) => sequence))
  /** Holes that are here, and speak of blocks that are not. */
  const early = new Set<number>()
  const missing = makeMissing(feed, parts.patience, () => wake())
  let running: Promise<void> | undefined
  let again = false
  const stop = new AbortController()
  let failure: Error | undefined
  const waiting = new Set<{
    length: number
    resolve: () => void
    reject: (error: unknown) => void
  }>()

  function wake(): void {
    again = true
    if (stop.signal.aborted || failure !== undefined) return
    running ??= run().finally(() => {
      running = undefined
      if (again) wake()
    })
  }

  async function run(): Promise<void> {
    again = false
    try {
      for (;;) {
        const filled = [...holes]
          .filter((sequence) => hasPair(feed, sequence) && !early.has(sequence))
          .slice(0, BATCH)
        const found = filled.length > 0 ? [] : missing.next(position, BATCH)
        if (stop.signal.aborted || filled.length + found.length === 0) return
        const next = filled.length > 0 ? position : position + 2 * found.length
        const left = await parts.lock.run(() =>
          followPairs(feed, { sequences: filled.length > 0 ? filled : found, next }, parts),
        )
        for (const sequence of filled) holes.delete(sequence)
        if (filled.some((sequence) => !left.includes(sequence))) early.clear()
        for (const sequence of left) {
          holes.add(sequence)
          if (hasPair(feed, sequence)) early.add(sequence)
        }
        position = next
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
    expect: async (sequence) => {
      const index = namesIn(await feed.readData(sequence + 1))
      await parts.lock.run(async () => {
        const batch = beginBatch(parts.indexes)
        putHole(batch, feed.key, { sequence, index })
        await batch.commit()
      })
      holes.add(sequence)
      wake()
    },
    position: () => position,
    caughtUp: () => position + 1 >= feed.length || missing.isGone(position),
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
      missing.close()
      await running
      for (const waiter of waiting) waiter.reject(closing())
      waiting.clear()
    },
  }
}

const closing = (): AdmissionError =>
  new AdmissionError('CLOSING', 'This node is stopping; ask again in a moment.')

/**
 * Reads these pairs into the indexes and moves the cursor in the same batch.
 * @returns those that are not here, or speak of one that is not
 */
async function followPairs(
  feed: Feed,
  { sequences, next }: { readonly sequences: readonly number[]; readonly next: number },
  parts: FollowerParts,
): Promise<readonly number[]> {
  const { indexes, examiners, dialect } = parts
  const pairs = await Promise.all(sequences.map((sequence) => readPair(feed, sequence, parts.kept)))
  const holes: number[] = []
  let batch = beginBatch(indexes)
  let gathered: Standing<CertificationEntry>[] = []
  for (const pair of pairs) {
    const { sequence } = pair
    if (pair.kind === 'hole') {
      putHole(batch, feed.key, pair)
      holes.push(sequence)
      continue
    }
    deleteHole(batch, feed.key, sequence)
    if (pair.kind === 'bad') {
      putRejected(batch, { feed: feed.key, sequence, position: 0 }, pair.code)
      continue
    }
    for (const { position, entry } of pair.entries) {
      const { key, collection } = feed
      const standing = { feed: key, collection, dialect, sequence, position }
      if (entry.kind === 'certification') gathered.push({ ...standing, entry })
      else if (entry.kind === 'withholding') {
        await followCertifications(batch, gathered, examiners)
        gathered = []
        if (await followWithholding(batch, { ...standing, entry }, feed)) continue
        putHole(batch, feed.key, pair)
        holes.push(sequence)
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
  return holes
}

function learnt(keyIds: readonly string[], parts: FollowerParts): void {
  if (keyIds.length === 0) return
  parts.examiners.keyring.forget(keyIds)
  // not awaited: a key with many certifications must not hold up those of others
  parts.derive().catch(parts.onFault)
  parts.onKeys(keyIds)
}
