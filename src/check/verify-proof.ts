/* Reads an inclusion proof from a file and checks it: no node, no network, no disk. */
import { type Answer, exactly, list, matching, object, orNull, whole } from '../client/answers.ts'
import { DIALECTS } from '../certification/dialects/dialects.ts'
import { examine } from '../certification/examine.ts'
import { MalformedError, VerificationError } from '../base/errors.ts'
import { decodeDataBlock, decodeIndexBlock } from '../feeds/format/block.ts'
import type { Entry } from '../feeds/format/entry.ts'
import { verifyInclusion } from '../feeds/format/inclusion-proof.ts'
import { decodeOrigin } from '../feeds/format/origin.ts'

interface TreeNode {
  readonly size: number
  readonly hash: string
}
interface Proof {
  readonly version: 1
  readonly feed: string
  readonly publicKey: string
  readonly sequence: number
  readonly head: {
    readonly length: number
    readonly fork: number
    readonly root: string
    readonly signature: string
  }
  readonly block: string | null
  readonly leaf: TreeNode
  readonly siblings: readonly TreeNode[]
  readonly roots: readonly TreeNode[]
}

const hash = matching(/^[0-9a-f]{64}$/)
/** hypercore counts blocks in 40 bits. */
const LENGTH = 2 ** 40
const MOST_NODES = 64
const node = object<TreeNode>({ size: whole(0, Number.MAX_SAFE_INTEGER), hash })
const proof: Answer<Proof> = object<Proof>({
  version: exactly(1),
  feed: hash,
  publicKey: hash,
  sequence: whole(0, LENGTH),
  head: object({
    length: whole(1, LENGTH),
    fork: whole(0, LENGTH),
    root: hash,
    signature: matching(/^[0-9a-f]{128}$/),
  }),
  block: orNull(matching(/^[A-Za-z0-9+/]*={0,2}$/)),
  leaf: node,
  siblings: list(node, MOST_NODES),
  roots: list(node, MOST_NODES),
})

/** What a proof proves. */
export interface ProvedBlock {
  readonly feed: string
  readonly sequence: number
  /** Of the signed head, in blocks. */
  readonly length: number
  readonly root: string
  /** `hash`: the block itself is not in the proof. */
  readonly kind: 'origin' | 'data' | 'index' | 'hash'
  /** Peer id of the feed's owner, of an origin. */
  readonly owner: string | null
  /** In their order. Of a certification the id is made again from what was signed. */
  readonly entries: readonly { readonly kind: string; readonly id: string | null }[]
}

/** What a node answers can be a little longer than a block in base64. */
export const MAX_PROOF_BYTES = 4 * 1024 * 1024

/**
 * @throws MalformedError REQUEST_INVALID if it is no proof, ENTRY_SYNTAX if the block is none
 * @throws VerificationError SIGNATURE_INVALID if it proves nothing
 */
export async function verifyProof(text: string): Promise<ProvedBlock> {
  const given = read(text)
  const block = verifyInclusion(given)
  const { feed, sequence, head } = given
  const proved = { feed, sequence, length: head.length, root: head.root, owner: null }
  if (block === undefined) return { ...proved, kind: 'hash', entries: [] }
  if (sequence === 0) {
    const { peerId } = await decodeOrigin(block, feed)
    return { ...proved, kind: 'origin', owner: peerId, entries: [] }
  }
  if (sequence % 2 === 0) {
    const entries = decodeIndexBlock(block).map(({ kind, id }) => ({ kind, id }))
    return { ...proved, kind: 'index', entries }
  }
  return { ...proved, kind: 'data', entries: await Promise.all(decodeDataBlock(block).map(named)) }
}

function read(text: string): Proof {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MalformedError('REQUEST_INVALID', 'It is no JSON, so no proof.', { cause })
  }
  try {
    return proof(value, 'it')
  } catch (cause) {
    throw new MalformedError(
      'REQUEST_INVALID',
      'It is no proof as GET /feeds/{key}/proof/{sequence} gives it.',
      { cause },
    )
  }
}

async function named(entry: Entry): Promise<{ readonly kind: string; readonly id: string | null }> {
  if (entry.kind !== 'certification') return { kind: entry.kind, id: entry.id }
  const { bytes, signature, dialect, id } = entry
  const reader = Object.values(DIALECTS).find(({ name }) => name === dialect)
  if (reader === undefined) return { kind: entry.kind, id: null }
  const found = await examine({ bytes, signature }, reader, [])
  if (!found.some(({ certification }) => certification.id === id))
    throw new VerificationError(
      'SIGNATURE_INVALID',
      'The feed names another id for a certification than what was signed has.',
    )
  return { kind: entry.kind, id }
}
