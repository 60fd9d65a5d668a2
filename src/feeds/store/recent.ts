import crypto, { type TreeNode } from 'hypercore-crypto'
import { LRUCache } from 'lru-cache'

/**
 * What an own feed appends, kept for a moment so that it need not be read back: its follower wants the blocks, receipts
 * want the roots. Ask only for what the feed has.
 */
export interface Recent {
  block(sequence: number): Uint8Array | undefined
  /** Root hash of the tree at a length. */
  root(length: number): Buffer | undefined
  /** Before they are appended to this tree, since a follower wakes while they are; returns the root they come to. */
  add(blocks: readonly Uint8Array[], tree: Tree): Buffer | undefined
  /** Of a block that was cleared. */
  forget(sequence: number): undefined
  clear(): void
}

interface Tree {
  readonly length: number
  readonly roots: readonly TreeNode[]
}

const BLOCK_BYTES = 4_194_304
const ROOTS = 4096

/** Remembers blocks of {@link BLOCK_BYTES} bytes together, and {@link ROOTS} roots, in memory alone. */
export function openRecent(): Recent {
  const blocks = new LRUCache<number, Uint8Array>({ maxSize: BLOCK_BYTES })
  const hashes = new LRUCache<number, Buffer>({ max: ROOTS })
  return {
    block: (sequence) => blocks.get(sequence),
    root: (length) => hashes.get(length),
    add(added, { length, roots }) {
      let grown = roots
      for (const [at, block] of added.entries()) {
        grown = withLeaf(grown, leafOf(block, length + at))
        blocks.set(length + at, block, { size: block.length + 1 })
        hashes.set(length + at + 1, crypto.tree(grown))
      }
      return hashes.get(length + added.length)
    },
    forget: (sequence) => {
      blocks.delete(sequence)
      return undefined
    },
    clear() {
      blocks.clear()
      hashes.clear()
    },
  }
}

/** Numbered as a flat tree: leaves are even, a parent is in the middle between its children. */
function leafOf(block: Uint8Array, sequence: number): TreeNode {
  const { buffer, byteOffset, byteLength } = block
  const hash = crypto.data(Buffer.from(buffer, byteOffset, byteLength))
  return { index: 2 * sequence, size: byteLength, hash }
}

/** Two trees of the same height that stand side by side become one. */
function withLeaf(roots: readonly TreeNode[], leaf: TreeNode): readonly TreeNode[] {
  const left = [...roots]
  let right = leaf
  for (let span = 2; ; span *= 2) {
    const last = left.at(-1)
    if (last === undefined || right.index - last.index !== span) return [...left, right]
    left.pop()
    right = {
      index: last.index + span / 2,
      size: last.size + right.size,
      hash: crypto.parent(last, right),
    }
  }
}
