import type { Head } from './head.ts'
import type { PushedPairs } from './pushed-pairs.ts'
import type { TreeNode } from './tree.ts'

/** Blocks that follow one another: `count` of them, 1 at least, from the sequence `first` on. */
export interface BlockRange {
  readonly first: number
  readonly count: number
}

/** Which data blocks of another node's feed are kept, where that are not all. */
export interface BlockChoice {
  /** Was it decided that this one is not kept? */
  readonly leavesOut: (sequence: number) => boolean
  /**
   * Decides by the index block behind it, and notes it.
   * @returns whether the data block is to be had
   */
  readonly choose: (sequence: number, index: Uint8Array) => boolean
  /** Would it be had? Notes nothing. */
  readonly wants: (index: Uint8Array) => boolean
  /** How many are left out. */
  readonly count: () => number
}

/** An append-only signed log that one node writes. */
export interface Feed {
  /** 64 lower-case hex digits: the hash of the manifest that has the public key in it. */
  readonly key: string
  readonly collection: string
  /** In blocks. */
  readonly length: number
  /** Of all blocks that its head covers, here or not. */
  readonly bytes: number
  /** Ed25519, 64 lower-case hex digits; `undefined` of a replica that has heard nothing yet. */
  readonly publicKey: string | undefined
  /**
   * The signed head now, or at a past length; a past one can be had of an own feed only. Cleared blocks do not matter.
   * @throws RangeError if there is no such length, or a replica is asked for a past one
   * @throws StorageError FEED_CORRUPT
   */
  head(length?: number): Promise<Head>
  /**
   * The root of the tree at any length up to its own, as 64 lower-case hex digits; `undefined` if that is not to be had.
   * Cleared blocks do not matter.
   */
  root(length: number): Promise<string | undefined>
  /** A node of the tree, by its index in the flat tree; `undefined` if it is not here. Cleared blocks do not matter. */
  node(index: number): Promise<TreeNode | undefined>
  /** Is that block here? */
  has(sequence: number): boolean
  /** The first block from a sequence on that is here; `undefined` if there is none. */
  nextHere(sequence: number): number | undefined
  /**
   * The blocks that are not here, ascending and not touching. Of a feed with more than 4,096 gaps everything from the next one
   * on counts as one gap: it never claims to have more than it has.
   * @param length below which they are looked for; its own if absent
   */
  gaps(length?: number): readonly BlockRange[]
  /** The block at a sequence. `undefined`: cleared, not here yet, or beyond the length. Never waits for a peer. */
  readData(sequence: number): Promise<Uint8Array | undefined>
  /**
   * Takes the bytes of a block away and keeps its place in the tree; it is not fetched again, as if it were in
   * {@link avoid}. The bytes leave the disk only when the store is compacted.
   * @throws StorageError DISK
   */
  clear(sequence: number): Promise<void>
  /** Blocks that are never fetched from now on, beside those that were named before. */
  avoid(sequences: Iterable<number>): void
  /** Will that block never come unless it is asked for by name? Nothing that is missing in an own feed comes. */
  avoids(sequence: number): boolean
  /** Is that data block not kept here, by what was decided? Then it is no lack that it is not here. */
  leavesOut(sequence: number): boolean
  /**
   * Asks peers for one block, avoided or not, and no longer avoids it.
   * @param patience in milliseconds
   * @returns whether it is here
   */
  fetch(sequence: number, patience: number): Promise<boolean>
  /** Does a connected peer say that it has that block? */
  obtainable(sequence: number): boolean
  /**
   * Calls after every growth, every block that has come, and whenever what is {@link obtainable} may have changed.
   * Returns how to stop that.
   */
  onChanged(callback: () => void): () => void
}

/** A feed that this node writes. */
export interface OwnFeed extends Feed {
  readonly publicKey: string
  /**
   * One append of all blocks: after it they survive the process, but power loss can take them until the store
   * is flushed. Journal them first. After one has failed, every later one does: what was journaled must come first,
   * so open the store again and replay.
   * @throws StorageError DISK
   */
  append(blocks: readonly Uint8Array[]): Promise<void>
}

/** It grows as blocks come. */
export interface Received {
  readonly bytes: number
  readonly entries: number
}

/**
 * What became of pairs that were pushed. `late`: the feed has another length than they begin at, or is frozen. `unsigned`: its
 * writer did not sign the head that they make. `unwritten`: the disk takes nothing.
 */
export type Taken = 'taken' | 'late' | 'unsigned' | 'unwritten'

/** Another node's feed. It never follows a writer that takes back what it wrote. */
export interface Replica extends Feed {
  /**
   * Takes new heads from peers, and blocks as long as `mayGrow` says so, until {@link pause}. Does nothing while
   * {@link frozen}. Call it again when the answer of `mayGrow` may have changed.
   * @param mayGrow is asked each time before more blocks are asked for
   */
  follow(mayGrow: () => boolean): void
  /** From now on only what is chosen comes. */
  choose(choice: BlockChoice): void
  /** Is the data block to be had that an index block speaks of? */
  wants(index: Uint8Array): boolean
  /** What was given to {@link choose} chooses otherwise than before. */
  reconsider(): void
  /**
   * Takes the bytes of a block away and keeps its place in the tree. It is not avoided: whoever calls it has it left out.
   * @throws StorageError DISK
   */
  discard(sequence: number): Promise<void>
  /** Takes nothing more; what is here stays and is served. */
  pause(): void
  /** Frozen for good: what is here stays and can be read and served, and nothing comes any more. */
  readonly frozen: boolean
  freeze(): void
  /** Blocks that are here. */
  readonly downloaded: number
  /** How many data blocks are left out. */
  leftOut(): number
  /** What came from peers since this was opened. Entries count when their index block is here, as many as it says. */
  readonly received: Received
  /** Takes pairs that nobody asked for, all or none: they are stored as what peers are asked for is. */
  take(pairs: PushedPairs): Promise<Taken>
  /** hypercore has met a head that contradicts this feed: it is given as it was signed. */
  onConflict(callback: (head: Head) => void): () => void
}
