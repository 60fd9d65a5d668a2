/* What own feeds and replicas do alike with the hypercore below them. */
import Hypercore from 'hypercore'
import type { ConflictProof } from 'hypercore'
import crypto from 'hypercore-crypto'
import { diskError } from '../../base/disk-error.ts'
import { StorageError } from '../../base/errors.ts'
import { MAX_BLOCK_BYTES } from '../format/block.ts'
import type { BlockRange } from '../format/feed.ts'
import type { Head } from '../format/head.ts'
import type { TreeNode } from '../format/tree.ts'

/** How hypercore keeps a signature of the only signer: one signature, of the first signer; no patch. */
const [BEFORE, BEHIND] = [Uint8Array.of(1, 0), Uint8Array.of(0, 0)]

/** @param signature 64 bytes of Ed25519 */
export const keptSignature = (signature: Uint8Array): Buffer =>
  Buffer.concat([BEFORE, signature, BEHIND])

/** The 64 bytes of Ed25519 of a signature that hypercore keeps. */
export const signatureIn = (kept: Buffer): Buffer => kept.subarray(2, 66)

export async function readBlock(
  core: Hypercore,
  sequence: number,
): Promise<Uint8Array | undefined> {
  const block = await core.get(sequence, { wait: false })
  return block === null ? undefined : new Uint8Array(block.buffer, block.byteOffset, block.length)
}

/**
 * A block that somebody else wrote. One that is larger than any can be is never brought into memory: it reads as no bytes
 * at all, which are no block.
 */
export async function readForeignBlock(
  core: Hypercore,
  sequence: number,
): Promise<Uint8Array | undefined> {
  const leaf = await nodeOf(core, 2 * sequence)
  if (leaf !== undefined && leaf.size > MAX_BLOCK_BYTES) return new Uint8Array()
  return readBlock(core, sequence)
}

export async function rootOf(core: Hypercore, length: number): Promise<string | undefined> {
  if (!Number.isSafeInteger(length) || length < 1 || length > core.length) return undefined
  try {
    return (await Hypercore.treeHashFromStorage(core, length)).toString('hex')
  } catch {
    return undefined
  }
}

export async function nodeOf(core: Hypercore, index: number): Promise<TreeNode | undefined> {
  const reading = core.state.storage.read()
  const found = reading.getTreeNode(index)
  reading.tryFlush()
  const node = await found
  return node === null ? undefined : { index, size: node.size, hash: node.hash.toString('hex') }
}

/** Peers say what they have by a bit for each block, or, of all blocks up to a length, by that length alone. */
export const obtainable = (core: Hypercore, sequence: number): boolean =>
  core.peers.some(
    (peer) => peer.remoteBitfield.get(sequence) || sequence < peer.remoteContiguousLength,
  )

/** What hypercore itself signed last. */
export function newestHead(core: Hypercore, length: number): Head {
  const { tree } = core.core.header
  if (length === 0 || length !== tree.length) throw noSuchLength(core, length)
  const { rootHash, signature } = tree
  if (rootHash === null || signature === null) throw corrupt(core, length)
  return {
    length,
    fork: tree.fork,
    root: rootHash.toString('hex'),
    signature: signatureIn(signature).toString('hex'),
  }
}

/** What somebody else has of it: from the first block on, with the signature as hypercore keeps it. */
export function conflictingHead({ fork, upgrade }: ConflictProof): Head {
  const { length, nodes, signature } = upgrade
  return {
    length,
    fork,
    root: crypto.tree(nodes).toString('hex'),
    signature: signatureIn(signature).toString('hex'),
  }
}

export async function clearBlock(core: Hypercore, sequence: number): Promise<void> {
  try {
    await core.clear(sequence, sequence + 1)
  } catch (cause) {
    throw unwritable(core, cause)
  }
}

/** By the bitfield: a loop over what a head claims would have no end. */
export function nextHere(
  bitfield: Hypercore['core']['bitfield'],
  sequence: number,
): number | undefined {
  const found = bitfield.findFirst(true, sequence)
  return found < 0 ? undefined : found
}

/** Gaps that are told apart: whoever serves a feed decides how many there are. */
const MOST_GAPS = 4_096

/** By the bitfield, going forwards only. */
export function gapsBelow(
  bitfield: Hypercore['core']['bitfield'],
  length: number,
): readonly BlockRange[] {
  const gaps: BlockRange[] = []
  // beyond its last page a bitfield names where that ends
  const nextGap = (from: number): number => Math.max(from, bitfield.findFirst(false, from))
  for (let first = nextGap(0); first < length;) {
    const isLast = gaps.length === MOST_GAPS
    const end = isLast ? length : Math.min(nextHere(bitfield, first) ?? length, length)
    gaps.push({ first, count: end - first })
    first = end < length ? nextGap(end) : length
  }
  return gaps
}

/** How often one is called when much happens at once: at most once in a turn of the event loop. */
export function listenTo(
  core: Hypercore,
  events: readonly string[],
  callback: () => void,
): () => void {
  let waiting = false
  let stopped = false
  const listener = () => {
    if (waiting) return
    waiting = true
    setImmediate(() => {
      waiting = false
      if (!stopped) callback()
    })
  }
  for (const event of events) core.on(event, listener)
  return () => {
    stopped = true
    for (const event of events) core.off(event, listener)
  }
}

export function unwritable(core: Hypercore, cause: unknown): StorageError {
  const key = core.key.toString('hex')
  const reason = cause instanceof Error ? cause.message : String(cause)
  return diskError(cause, `Feed ${key} cannot be written: ${reason}.`)
}

/** Was it RocksDB that refused a block, and not the proof of it that was wrong? */
export const isUnwritten = (error: unknown): boolean =>
  error instanceof Error && !('code' in error) && error.message === 'Batch was not applied'

export const noSuchLength = (core: Hypercore, length: number): RangeError =>
  new RangeError(`no head of length ${length} can be had of a feed of length ${core.length}`)

export function corrupt(core: Hypercore, length: number, cause?: unknown): StorageError {
  const key = core.key.toString('hex')
  return new StorageError(
    'FEED_CORRUPT',
    `Feed ${key} has lost the tree of length ${length}. Stop the node and restore a backup.`,
    { cause },
  )
}
