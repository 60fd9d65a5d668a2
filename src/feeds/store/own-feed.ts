import Hypercore from 'hypercore'
import crypto, { type KeyPair } from 'hypercore-crypto'
import type { StorageError } from '../../base/errors.ts'
import {
  clearBlock,
  corrupt,
  gapsBelow,
  listenTo,
  newestHead,
  nextHere,
  nodeOf,
  noSuchLength,
  obtainable,
  readBlock,
  rootOf,
  signatureIn,
  unwritable,
} from './core.ts'
import type { OwnFeed } from '../format/feed.ts'
import { type Head, signedByHead } from '../format/head.ts'
import { isPushable } from '../format/pushed-pairs.ts'
import type { Pushes } from './push-channel.ts'
import { openRecent } from './recent.ts'

/** @param core ready, opened with this key pair */
export function ownFeedOf(
  core: Hypercore,
  collection: string,
  { keyPair, pushes }: { readonly keyPair: KeyPair; readonly pushes: Pushes },
): OwnFeed {
  let failure: StorageError | undefined
  const recent = openRecent()
  let appending = 0

  /** They are the last that the core has. */
  function tellStored(blocks: readonly Uint8Array[]): void {
    const { length, signature } = core.core.state
    const at = length - blocks.length
    if (signature === null || !isPushable(at, blocks)) return
    pushes.stored.emit(core.key.toString('hex'), { at, signature: signatureIn(signature), blocks })
  }

  return {
    key: core.key.toString('hex'),
    publicKey: keyPair.publicKey.toString('hex'),
    collection,
    get length() {
      return core.length
    },
    get bytes() {
      return core.byteLength
    },
    async head(length = core.length) {
      if (length === core.length) return newestHead(core, length)
      return pastHead(core, length, { keyPair, root: recent.root(length) })
    },
    root: (length) => rootOf(core, length),
    node: (index) => nodeOf(core, index),
    has: (sequence) => core.core.bitfield.get(sequence),
    nextHere: (sequence) => nextHere(core.core.bitfield, sequence),
    gaps: (below = core.length) => gapsBelow(core.core.bitfield, below),
    readData: async (sequence) =>
      (core.core.bitfield.get(sequence) ? recent.block(sequence) : recent.forget(sequence)) ??
      readBlock(core, sequence),
    async clear(sequence) {
      await clearBlock(core, sequence)
      recent.forget(sequence)
    },
    // nothing is ever fetched into it but by name
    avoid: () => undefined,
    avoids: () => true,
    leavesOut: () => false,
    async fetch(sequence, patience) {
      if (sequence >= core.length) return false
      await core.get(sequence, { timeout: patience }).catch(() => null)
      return core.core.bitfield.get(sequence)
    },
    obtainable: (sequence) => obtainable(core, sequence),
    onChanged: (callback) => listenTo(core, ['append', 'download', 'peer-add'], callback),
    async append(blocks) {
      if (failure !== undefined) throw failure
      appending += 1
      // only who is alone knows where its blocks will stand
      const root = appending === 1 ? recent.add(blocks, core.core.state) : undefined
      try {
        await core.append(blocks.map(bufferOf), { postappend: async () => tellStored(blocks) })
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
  const unsigned = { length, fork, root: root.toString('hex') }
  const signature = crypto.sign(signedByHead(core.key.toString('hex'), unsigned), keyPair.secretKey)
  return { ...unsigned, signature: signature.toString('hex') }
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
