import { feedKeyOf, type Head, verifyHead } from './head.ts'
import { leafOf, parentOf, rootIndexes, rootOf, siblingsOf, type TreeNode } from './tree.ts'
import { VerificationError } from '../../base/errors.ts'
import type { Feed } from './feed.ts'

/** That a block stands in a feed at a sequence, below a signed head. Whoever reads it needs nothing else. */
export interface InclusionProof {
  readonly version: 1
  /** 64 lower-case hex digits. */
  readonly feed: string
  /** Ed25519, 64 lower-case hex digits: the feed's key is made from it. */
  readonly publicKey: string
  readonly sequence: number
  readonly head: Head
  /** In base64; `null` if the block was cleared here, or is larger than any may be: then only its hash is proved to stand there. */
  readonly block: string | null
  /** Of the block; hypercore's hash of a leaf. */
  readonly leaf: { readonly size: number; readonly hash: string }
  /** From the leaf up to its root, with the size in bytes of what is below each. */
  readonly siblings: readonly Omit<TreeNode, 'index'>[]
  /** Of the head, from left to right. */
  readonly roots: readonly Omit<TreeNode, 'index'>[]
}

/** @returns `undefined` if there is no such block, or this node lacks a part of the tree */
export async function proveInclusion(
  feed: Feed,
  sequence: number,
): Promise<InclusionProof | undefined> {
  const { publicKey } = feed
  if (publicKey === undefined || sequence >= feed.length) return undefined
  const head = await feed.head()
  const block = await feed.readData(sequence)
  const nodes = await Promise.all(
    [2 * sequence, ...siblingsOf(sequence, head.length), ...rootIndexes(head.length)].map((index) =>
      feed.node(index),
    ),
  )
  const found = nodes.flatMap((node) => (node === undefined ? [] : [{ ...bare(node) }]))
  const [leaf, ...others] = found
  if (leaf === undefined || found.length < nodes.length) return undefined
  const count = siblingsOf(sequence, head.length).length
  return {
    version: 1,
    feed: feed.key,
    publicKey,
    sequence,
    head,
    block: block?.length === leaf.size ? Buffer.from(block).toString('base64') : null,
    leaf,
    siblings: others.slice(0, count),
    roots: others.slice(count),
  }
}

/**
 * Checks one with arithmetic alone.
 * @returns the block, if it is in it
 * @throws VerificationError SIGNATURE_INVALID, with what is wrong
 */
export function verifyInclusion(proof: InclusionProof): Uint8Array | undefined {
  const { head, publicKey, sequence } = proof
  if (feedKeyOf(publicKey) !== proof.feed) throw refused('the public key is not that of the feed')
  if (head.fork !== 0)
    throw refused('its head has a fork: the writer of the feed has taken back what it wrote')
  if (!verifyHead(publicKey, head)) throw refused('the head is not signed by the feed')
  const indexes = rootIndexes(head.length)
  if (sequence >= head.length) throw refused('the sequence lies behind the head')
  if (indexes.length !== proof.roots.length) throw refused('the roots are not those of that length')
  const roots = proof.roots.map((node, at) => ({ ...node, index: indexes[at] ?? 0 }))
  if (rootOf(roots) !== head.root) throw refused('the roots are not what the head signs')
  const block =
    proof.block === null ? undefined : new Uint8Array(Buffer.from(proof.block, 'base64'))
  let node: TreeNode =
    block === undefined ? { ...proof.leaf, index: 2 * sequence } : leafOf(sequence, block)
  const siblings = siblingsOf(sequence, head.length)
  if (siblings.length !== proof.siblings.length) throw refused('the path has another length')
  for (const [at, index] of siblings.entries()) {
    const sibling = proof.siblings[at]
    if (sibling !== undefined) node = parentOf(node, { ...sibling, index })
  }
  const root = roots.find(({ index }) => index === node.index)
  if (root === undefined || root.hash !== node.hash || root.size !== node.size)
    throw refused('the path does not lead from the block to a root')
  return block
}

const bare = ({ size, hash }: TreeNode): Omit<TreeNode, 'index'> => ({ size, hash })

const refused = (reason: string): VerificationError =>
  new VerificationError('SIGNATURE_INVALID', `This proves nothing: ${reason}.`)
