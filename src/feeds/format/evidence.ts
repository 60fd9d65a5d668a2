/*
 * What proves to anyone that a feed's writer has told two stories. Two honest heads of different length prove nothing:
 * only the tree of the longer one says whether it goes on where the shorter one ended.
 */
import { VerificationError } from '../../base/errors.ts'
import { decodeCanonical, encodeCanonical, malformed } from './cbor.ts'
import type { Feed } from './feed.ts'
import { feedKeyOf, type Head, verifyHead } from './head.ts'
import { headFields, headOf } from './head-fields.ts'
import { leadOf } from './lead.ts'
import { arrayOf, bytesOf, bytesOfHex, hexOf, integerOf } from './value-checks.ts'
import { childrenOf, parentOf, rootIndexes, rootOf, spanOf, type TreeNode } from './tree.ts'

/**
 * `fork`: a signed head that says its writer has taken something back. `two-roots`: two signed roots of one length.
 * `no-extension`: two signed lengths, and the longer one's tree has another root at the shorter length.
 */
export type Evidence =
  | { readonly kind: 'fork'; readonly publicKey: string; readonly heads: readonly [Head] }
  | {
      readonly kind: 'two-roots'
      readonly publicKey: string
      readonly heads: readonly [Head, Head]
    }
  | {
      readonly kind: 'no-extension'
      readonly publicKey: string
      /** The shorter one first. */
      readonly heads: readonly [Head, Head]
      /** Of the longer one's tree: all that {@link nodesBetween} names, in its order. */
      readonly nodes: readonly Omit<TreeNode, 'index'>[]
    }

export const MAX_EVIDENCE_BYTES = 16_384
const VERSION = 1
const KINDS = ['fork', 'two-roots', 'no-extension'] as const
/** Of two lengths of 40 bits. */
const MAX_NODES = 160
const MAX_SIZE = Number.MAX_SAFE_INTEGER

/** `[1, kind, public key, [head…], [[size, hash]…]]`: the same bytes for the same evidence. */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  const nodes = evidence.kind === 'no-extension' ? evidence.nodes : []
  return encodeCanonical([
    VERSION,
    KINDS.indexOf(evidence.kind),
    bytesOfHex(evidence.publicKey),
    evidence.heads.map(headFields),
    nodes.map(({ size, hash }) => [size, bytesOfHex(hash)]),
  ])
}

/** Is it of a later version, or of a kind that a later version has? */
export function isOfLaterEvidence(bytes: Uint8Array): boolean {
  const [version, kind] = leadOf(bytes, 2).numbers
  if (version === VERSION) return kind !== undefined && kind >= KINDS.length
  return version !== undefined && version > VERSION
}

/**
 * Reads it and checks that it proves what it says.
 * @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID
 */
export function readEvidence(bytes: Uint8Array): Evidence {
  const [version, number, key, list, path] = arrayOf(decodeCanonical(bytes, MAX_EVIDENCE_BYTES), {
    min: 5,
    max: 5,
  })
  if (version !== VERSION) throw malformed('its version is unknown')
  const kind = KINDS[integerOf(number, { min: 0, max: KINDS.length - 1 })]
  const publicKey = hexOf(key)
  const heads = arrayOf(list, { min: 1, max: 2 }).map(headOf)
  const nodes = arrayOf(path, { min: 0, max: MAX_NODES }).map((item) => {
    const [size, hash] = arrayOf(item, { min: 2, max: 2 })
    return {
      size: integerOf(size, { min: 0, max: MAX_SIZE }),
      hash: Buffer.from(bytesOf(hash, { min: 32, max: 32 })).toString('hex'),
    }
  })
  const [one, other] = heads
  if (one === undefined || kind === undefined) throw malformed('it has no head')
  if (kind === 'fork') return verified({ kind, publicKey, heads: [one] })
  if (other === undefined) throw malformed('it has one head')
  return kind === 'two-roots'
    ? verified({ kind, publicKey, heads: [one, other] })
    : verified({ kind, publicKey, heads: [one, other], nodes })
}

/** @throws VerificationError SIGNATURE_INVALID if it proves nothing */
export function verified(evidence: Evidence): Evidence {
  const { publicKey, heads } = evidence
  if (!heads.every((head) => verifyHead(publicKey, head))) throw proves('a head is not signed')
  switch (evidence.kind) {
    case 'fork':
      if (evidence.heads[0].fork === 0) throw proves('its head has no fork')
      return evidence
    case 'two-roots': {
      const [one, other] = evidence.heads
      if (one.fork !== other.fork || one.length !== other.length || one.root === other.root)
        throw proves('its heads do not contradict each other')
      return evidence
    }
    case 'no-extension':
      checkNoExtension(evidence)
      return evidence
    default:
      return evidence
  }
}

function checkNoExtension(evidence: Extract<Evidence, { readonly kind: 'no-extension' }>): void {
  const [shorter, longer] = evidence.heads
  if (shorter.fork !== longer.fork || shorter.length >= longer.length)
    throw proves('its heads are not two lengths of one story')
  const indexes = nodesBetween(shorter.length, longer.length)
  if (indexes.length !== evidence.nodes.length)
    throw proves('its nodes are not those of the lengths')
  const given = new Map(
    indexes.map((index, at) => [index, { index, size: 0, hash: '', ...evidence.nodes[at] }]),
  )
  const rootsAt = (length: number): readonly TreeNode[] =>
    rootIndexes(length).map((index) => join(index, given))
  if (rootOf(rootsAt(longer.length)) !== longer.root)
    throw proves('its nodes are not those of the longer head')
  if (rootOf(rootsAt(shorter.length)) === shorter.root)
    throw proves('the longer head goes on where the shorter one ended')
}

/** A node that was given, or made from those below it. */
function join(index: number, given: ReadonlyMap<number, TreeNode>): TreeNode {
  const there = given.get(index)
  if (there !== undefined) return there
  const children = childrenOf(index)
  if (children === undefined) throw proves('a node is missing')
  const [left, right] = children
  return parentOf(join(left, given), join(right, given))
}

/**
 * The nodes from which the roots at both lengths can be made: the largest ones that do not reach across the shorter
 * length, from left to right.
 */
export function nodesBetween(shorter: number, longer: number): readonly number[] {
  const parts = (index: number): readonly number[] => {
    const { start, end } = spanOf(index)
    const children = start < shorter && end > shorter ? childrenOf(index) : undefined
    return children === undefined ? [index] : children.flatMap(parts)
  }
  return rootIndexes(longer).flatMap(parts)
}

/** That a shorter head is no beginning of this feed; `undefined` if a part of the tree is not here. */
export async function proveNoExtension(
  feed: Feed,
  publicKey: string,
  shorter: Head,
): Promise<Evidence | undefined> {
  const longer = await feed.head()
  const nodes = await Promise.all(
    nodesBetween(shorter.length, longer.length).map((index) => feed.node(index)),
  )
  const found = nodes.flatMap((node) =>
    node === undefined ? [] : [{ size: node.size, hash: node.hash }],
  )
  if (found.length < nodes.length) return undefined
  return verified({ kind: 'no-extension', publicKey, heads: [shorter, longer], nodes: found })
}

export const feedOfEvidence = ({ publicKey }: Evidence): string => feedKeyOf(publicKey)

const proves = (reason: string): VerificationError =>
  new VerificationError('SIGNATURE_INVALID', `This evidence proves nothing: ${reason}.`)
