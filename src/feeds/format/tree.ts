/*
 * hypercore's Merkle tree as arithmetic: a flat tree (the leaf of block n has index 2n), BLAKE2b-256 with a type byte
 * before what is hashed. Needs no feed and no disk. Source: `lib/merkle-tree.js` of hypercore 11, `index.js` of
 * hypercore-crypto 3.
 */
import { blake2b } from '@noble/hashes/blake2.js'
import flat from 'flat-tree'

export interface TreeNode {
  readonly index: number
  /** In bytes, of all blocks below it. */
  readonly size: number
  /** 64 lower-case hex digits. */
  readonly hash: string
}

const LEAF = 0
const PARENT = 1
const ROOT = 2

export const blake2b256 = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.from(blake2b(Buffer.concat(parts), { dkLen: 32 }))

export function leafOf(sequence: number, block: Uint8Array): TreeNode {
  const size = block.length
  const hash = blake2b256(Buffer.from([LEAF]), uint64(size), block).toString('hex')
  return { index: 2 * sequence, size, hash }
}

/** Of two siblings, in any order. */
export function parentOf(one: TreeNode, other: TreeNode): TreeNode {
  const [left, right] = one.index < other.index ? [one, other] : [other, one]
  const size = left.size + right.size
  const hash = blake2b256(Buffer.from([PARENT]), uint64(size), hashOf(left), hashOf(right))
  return { index: flat.parent(left.index), size, hash: hash.toString('hex') }
}

/** What a head signs. */
export function rootOf(roots: readonly TreeNode[]): string {
  const parts = roots.flatMap((node) => [hashOf(node), uint64(node.index), uint64(node.size)])
  return blake2b256(Buffer.from([ROOT]), ...parts).toString('hex')
}

/** Indexes of the roots of so many blocks, from left to right. */
export const rootIndexes = (length: number): readonly number[] => flat.fullRoots(2 * length)

/** Indexes of the siblings on the way from a block's leaf up to its root among those of so many blocks. */
export function siblingsOf(sequence: number, length: number): readonly number[] {
  const roots = new Set(rootIndexes(length))
  const siblings: number[] = []
  for (let index = 2 * sequence; !roots.has(index); index = flat.parent(index))
    siblings.push(flat.sibling(index))
  return siblings
}

/** How many blocks stand before the leftmost one below it, and up to the rightmost one. */
export const spanOf = (index: number): { readonly start: number; readonly end: number } => ({
  start: flat.leftSpan(index) / 2,
  end: flat.rightSpan(index) / 2 + 1,
})

/** `undefined` of a leaf. */
export function childrenOf(index: number): readonly [left: number, right: number] | undefined {
  const left = flat.leftChild(index)
  const right = flat.rightChild(index)
  return left < 0 || right < 0 ? undefined : [left, right]
}

const hashOf = ({ hash }: TreeNode): Buffer => Buffer.from(hash, 'hex')

function uint64(number: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(number))
  return bytes
}
