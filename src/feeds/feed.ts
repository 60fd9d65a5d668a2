import Hypercore from 'hypercore'
import crypto, { type KeyPair } from 'hypercore-crypto'
import { StorageError } from '../errors.ts'
import type { Head } from './head.ts'
import { openRecent } from './recent.ts'

/** An append-only signed log that one node writes. */
export interface Feed {
  /** 64 lower-case hex digits. */
  readonly key: string
  readonly collection: string
  /** In blocks. */
  readonly length: number
  /**
   * The signed head now, or at a past length; a past one can be had of an own feed only. Cleared blocks do not matter.
   * @throws RangeError if there is no such length, or a replica is asked for a past one
   * @throws StorageError FEED_CORRUPT
   */
  head(length?: number): Promise<Head>
  /** The block at a sequence. `undefined`: cleared, not here yet, or beyond the length. Never waits for a peer. */
  readData(sequence: number): Promise<Uint8Array | undefined>
  /** Calls after every growth, and when a missing block of a replica has come. Returns how to stop that. */
  onGrown(callback: () => void): () => void
}

/** A feed that this node writes. */
export interface OwnFeed extends Feed {
  /**
   * One append of all blocks: after it they survive the process, but power loss can take them until the store
   * is flushed. Journal them first. After one has failed, every later one does: what was journaled must come first,
   * so open the store again and replay.
   * @throws StorageError DISK
   */
  append(blocks: readonly Uint8Array[]): Promise<void>
}

/** hypercore's domain for signatures over a tree. */
const [TREE = Buffer.alloc(0)] = crypto.namespace('hypercore', 6)

/** @param core ready */
export function replicaOf(core: Hypercore, collection: string): Feed {
  return {
    key: core.key.toString('hex'),
    collection,
    get length() {
      return core.length
    },
    async head(length = core.length) {
      return newestHead(core, length)
    },
    readData: (sequence) => readBlock(core, sequence),
    onGrown: (callback) => listen(core, callback),
  }
}

/** @param core ready, opened with this key pair */
export function ownFeedOf(core: Hypercore, collection: string, keyPair: KeyPair): OwnFeed {
  let failure: StorageError | undefined
  const recent = openRecent()
  let appending = 0
  return {
    key: core.key.toString('hex'),
    collection,
    get length() {
      return core.length
    },
    async head(length = core.length) {
      if (length === core.length) return newestHead(core, length)
      return pastHead(core, length, { keyPair, root: recent.root(length) })
    },
    readData: async (sequence) =>
      (core.core.bitfield.get(sequence) ? recent.block(sequence) : recent.forget(sequence)) ??
      readBlock(core, sequence),
    onGrown: (callback) => listen(core, callback),
    async append(blocks) {
      if (failure !== undefined) throw failure
      appending += 1
      // only who is alone knows where its blocks will stand
      const root = appending === 1 ? recent.add(blocks, core.core.state) : undefined
      try {
        await core.append(blocks.map(bufferOf))
      } catch (cause) {
        failure ??= unwritable(core, cause)
        throw failure
      } finally {
        appending -= 1
      }
      const { rootHash } = core.core.header.tree
      if (root !== undefined && rootHash?.equals(root) !== true) recent.clear()
    },
  }
}

async function readBlock(core: Hypercore, sequence: number): Promise<Uint8Array | undefined> {
  const block = await core.get(sequence, { wait: false })
  return block === null ? undefined : new Uint8Array(block.buffer, block.byteOffset, block.length)
}

function listen(core: Hypercore, callback: () => void): () => void {
  const listener = () => callback()
  core.on('append', listener)
  core.on('download', listener)
  return () => {
    core.off('append', listener)
    core.off('download', listener)
  }
}

/** What hypercore itself signed last. */
function newestHead(core: Hypercore, length: number): Head {
  const { tree } = core.core.header
  if (length === 0 || length !== tree.length) throw noSuchLength(core, length)
  const { rootHash, signature } = tree
  if (rootHash === null || signature === null) throw corrupt(core, length)
  return {
    length,
    fork: tree.fork,
    root: rootHash.toString('hex'),
    // the other bytes only say "one signature, of the first signer, no patch"
    signature: signature.subarray(2, 66).toString('hex'),
  }
}

interface Past {
  readonly keyPair: KeyPair
  /** If it is at hand. */
  readonly root: Buffer | undefined
}

/** Ed25519 is deterministic: this is the very signature that hypercore made at that length. */
async function pastHead(
  core: Hypercore,
  length: number,
  { keyPair, root: known }: Past,
): Promise<Head> {
  if (!Number.isSafeInteger(length) || length < 1 || length > core.length)
    throw noSuchLength(core, length)
  const { fork } = core
  let root: Buffer
  try {
    root = known ?? (await Hypercore.treeHashFromStorage(core, length))
  } catch (cause) {
    throw corrupt(core, length, cause)
  }
  const numbers = Buffer.alloc(16)
  numbers.writeBigUInt64LE(BigInt(length), 0)
  numbers.writeBigUInt64LE(BigInt(fork), 8)
  const message = Buffer.concat([TREE, core.key, root, numbers])
  const signature = crypto.sign(message, keyPair.secretKey)
  return { length, fork, root: root.toString('hex'), signature: signature.toString('hex') }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function unwritable(core: Hypercore, cause: unknown): StorageError {
  const key = core.key.toString('hex')
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new StorageError(
    'DISK',
    `Feed ${key} cannot be written: ${reason}. Make room on the disk and start the node again.`,
    { cause },
  )
}

function noSuchLength(core: Hypercore, length: number): RangeError {
  return new RangeError(`no head of length ${length} can be had of a feed of length ${core.length}`)
}

function corrupt(core: Hypercore, length: number, cause?: unknown): StorageError {
  const key = core.key.toString('hex')
  return new StorageError(
    'FEED_CORRUPT',
    `Feed ${key} has lost the tree of length ${length}. Stop the node and restore a backup.`,
    { cause },
  )
}
