/* A feed whose key, blocks and heads are the same at every run. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { feedKeyOf, type Head, signedByHead } from '../../src/feeds/format/head.ts'
import {
  childrenOf,
  leafOf,
  parentOf,
  rootIndexes,
  rootOf,
  type TreeNode,
} from '../../src/feeds/format/tree.ts'

/** DER of an Ed25519 private key up to its seed (RFC 8410 section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface Signer {
  /** 64 hex digits. */
  readonly publicKey: string
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

/** The Ed25519 key of 32 equal octets. Its signatures are always the same. */
export function signerOf(octet: number): Signer {
  const seed = Buffer.alloc(32, octet)
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: spki.subarray(-32).toString('hex'),
    sign: (bytes) => new Uint8Array(sign(null, bytes, key)),
  }
}

export interface Story {
  readonly publicKey: string
  readonly key: string
  readonly blocks: readonly Uint8Array[]
  readonly node: (index: number) => TreeNode
  readonly roots: (length: number) => readonly TreeNode[]
  readonly head: (length: number, fork?: number) => Head
}

export function storyOf(signer: Signer, blocks: readonly Uint8Array[]): Story {
  const { publicKey } = signer
  const key = feedKeyOf(publicKey)
  const node = (index: number): TreeNode => {
    const children = childrenOf(index)
    if (children !== undefined) return parentOf(node(children[0]), node(children[1]))
    const block = blocks[index / 2]
    if (block === undefined) throw new RangeError(`there is no block ${index / 2}`)
    return leafOf(index / 2, block)
  }
  const roots = (length: number) => rootIndexes(length).map(node)
  return {
    publicKey,
    key,
    blocks,
    node,
    roots,
    head(length, fork = 0) {
      const unsigned = { length, fork, root: rootOf(roots(length)) }
      const signature = signer.sign(signedByHead(key, unsigned))
      return { ...unsigned, signature: Buffer.from(signature).toString('hex') }
    },
  }
}
