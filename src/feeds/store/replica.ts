import type Hypercore from 'hypercore'
import type { ConflictProof } from 'hypercore'
import { StorageError } from '../../base/errors.ts'
import { makeSignal } from '../../base/signal.ts'
import {
  clearBlock,
  conflictingHead,
  gapsBelow,
  listenTo,
  nextHere,
  nodeOf,
  obtainable,
  readBlock,
  readForeignBlock,
  rootOf,
} from './core.ts'
import { type Downloads, makeDownloads } from './downloads.ts'
import type { Head } from '../format/head.ts'
import { BLOCK_NUMBER, MAX_FEED_LENGTH } from '../format/limits.ts'
import { entriesSaidBy, MAX_INDEX_BLOCK_BYTES } from '../format/block.ts'
import type { Replica, Taken } from '../format/feed.ts'
import { type PushedPairs, sizeOf } from '../format/pushed-pairs.ts'
import type { PushChannels } from './push-channel.ts'
import { type ReadableCore, readableCore } from './readable-core.ts'
import { takePairs } from './take-pairs.ts'

interface ReplicaParts {
  /** Opens it again, to be read: hypercore closes a core whenever it meets a conflict. */
  readonly reopen: () => Promise<Hypercore>
  readonly pushes: PushChannels
  /** What a peer has pushed could not be written. */
  readonly onFailure: ((error: StorageError) => void) | undefined
  /** Whoever listens to it has failed. */
  readonly onFault: (error: unknown) => void
}

/** @param core ready, opened by its key, inactive, and never to follow a fork */
export function replicaOf(core: Hypercore, collection: string, parts: ReplicaParts): Replica {
  const { reopen, pushes, onFault } = parts
  const readable = readableCore(core, reopen)
  const changed = makeSignal(onFault)
  const { bitfield, open } = readable
  const key = core.key.toString('hex')
  const readData = readingOf(key, readable, pushes)
  const onLeftOut = onceInATurn(changed.emit)
  const downloads = makeDownloads(core, { read: readData, onLeftOut })
  const conflicts = makeSignal<[Head]>(onFault)
  const received = { bytes: 0, entries: 0 }
  const discard = async (sequence: number): Promise<void> => {
    await clearBlock(await open(), sequence)
    pushes.blocks.forget(key, sequence)
  }
  const stop = listenToCore(core, {
    onChanged() {
      downloads.more()
      changed.emit()
    },
    onDownload(sequence, bytes) {
      received.bytes += bytes
      downloads.arrived(sequence)
      if (!isIndexBlock(sequence)) return
      void entriesAt(core, sequence, bytes).then((entries) => (received.entries += entries))
    },
    onConflict(proof) {
      readable.contradicted()
      downloads.ended()
      stop()
      conflicts.emit(conflictingHead(proof))
    },
  })

  return {
    key,
    collection,
    get publicKey() {
      return readable.publicKey()
    },
    get length() {
      return readable.length()
    },
    get bytes() {
      return readable.bytes()
    },
    get frozen() {
      return downloads.isFrozen()
    },
    received,
    get downloaded() {
      return bitfield().count(0, Math.min(readable.length(), MAX_FEED_LENGTH), true)
    },
    ...treeAndBits(readable),
    readData,
    async clear(sequence) {
      downloads.avoid([sequence])
      await discard(sequence)
      downloads.ask()
    },
    avoid(sequences) {
      downloads.avoid(sequences)
      downloads.ask()
    },
    avoids: downloads.avoids,
    ...downloads.choosing,
    discard,
    async fetch(sequence, patience) {
      await downloads.fetch(sequence, patience)
      return bitfield().get(sequence)
    },
    obtainable: (sequence) => !readable.isContradicted() && obtainable(core, sequence),
    onChanged: changed.subscribe,
    follow: downloads.follow,
    pause: downloads.pause,
    freeze: downloads.freeze,
    take: taking(core, { ...parts, downloads, received }),
    onConflict: conflicts.subscribe,
  }
}

const readingOf =
  (key: string, { open, bitfield }: ReadableCore, { blocks }: PushChannels) =>
  async (sequence: number): Promise<Uint8Array | undefined> =>
    (bitfield().get(sequence) ? blocks.block(key, sequence) : undefined) ??
    readForeignBlock(await open(), sequence)

function treeAndBits({
  open,
  length,
  head,
  bitfield,
}: ReadableCore): Pick<Replica, 'head' | 'root' | 'node' | 'has' | 'nextHere' | 'gaps'> {
  return {
    head: async (at = length()) => head(at),
    root: async (at) => rootOf(await open(), at),
    node: async (index) => nodeOf(await open(), index),
    has: (sequence) => bitfield().get(sequence),
    nextHere: (sequence) => nextHere(bitfield(), sequence),
    gaps: (below = length()) => gapsBelow(bitfield(), below),
  }
}

/** However often it is called. */
function onceInATurn(callback: () => void): () => void {
  let isWaiting = false
  return () => {
    if (isWaiting) return
    isWaiting = true
    setImmediate(() => {
      isWaiting = false
      callback()
    })
  }
}

interface TakingParts extends Pick<ReplicaParts, 'pushes' | 'onFailure'> {
  readonly downloads: Pick<Downloads, 'brought' | 'isFrozen'>
  /** Grows by what is taken. */
  readonly received: { bytes: number; entries: number }
}

function taking(
  core: Hypercore,
  { downloads, received, pushes, onFailure }: TakingParts,
): (pairs: PushedPairs) => Promise<Taken> {
  const key = core.key.toString('hex')

  function onStored(pairs: PushedPairs): void {
    const { at, blocks } = pairs
    downloads.brought(at, at + blocks.length)
    pushes.blocks.keep(key, pairs)
    received.bytes += sizeOf(blocks)
    for (const [place, block] of blocks.entries())
      if (isIndexBlock(at + place)) received.entries += entriesSaidBy(block)
    pushes.stored.emit(key, pairs)
  }

  return async (pairs) => {
    // a conflict freezes it too
    if (downloads.isFrozen()) return 'late'
    try {
      return await takePairs(core, pairs, () => onStored(pairs))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      onFailure?.(error)
      return 'unwritten'
    }
  }
}

interface CoreEvents {
  readonly onChanged: () => void
  readonly onDownload: (sequence: number, bytes: number) => void
  readonly onConflict: (proof: ConflictProof) => void
}

/** Until the answer is called, or a conflict was met. */
function listenToCore(core: Hypercore, events: CoreEvents): () => void {
  const stopChanges = listenTo(
    core,
    ['append', 'download', 'peer-add', 'peer-remove'],
    events.onChanged,
  )
  const onConflict = (_length: number, _fork: number, proof: ConflictProof): void =>
    events.onConflict(proof)
  core.on('download', events.onDownload)
  core.once('conflict', onConflict)
  return () => {
    stopChanges()
    core.off('download', events.onDownload)
    core.off('conflict', onConflict)
  }
}

/** The origin stands first, then data and index blocks in turn. */
const isIndexBlock = (sequence: number): boolean =>
  sequence > BLOCK_NUMBER.origin && sequence % 2 === 0

/** What an index block that has just come says, of that many bytes. What cannot be read counts as one entry. */
async function entriesAt(core: Hypercore, sequence: number, bytes: number): Promise<number> {
  if (bytes > MAX_INDEX_BLOCK_BYTES) return 1
  try {
    const block = await readBlock(core, sequence)
    return block === undefined ? 1 : entriesSaidBy(block)
  } catch {
    // it was closed, or the disk cannot be read: who reads it for what is in it tells that
    return 1
  }
}
