/* Reads an inclusion proof from a file and checks it: no node, no network, no disk. */
import { answerOf } from '../client/answers.ts'
import { ProofBody } from '../contract/inclusion-proof.ts'
import { DIALECTS } from '../certification/dialects/dialects.ts'
import { examine } from '../certification/examine.ts'
import { MalformedError, VerificationError } from '../base/errors.ts'
import { decodeDataBlock, decodeIndexBlock } from '../feeds/format/block.ts'
import type { AnyEntry } from '../feeds/format/entry.ts'
import { type InclusionProof, verifyInclusion } from '../feeds/format/inclusion-proof.ts'
import { decodeOrigin } from '../feeds/format/origin.ts'

const readProof = answerOf(ProofBody)

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
  const entries = await decodeDataBlock(block)
  return { ...proved, kind: 'data', entries: await Promise.all(entries.map(named)) }
}

function read(text: string): InclusionProof {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MalformedError('REQUEST_INVALID', 'It is no JSON, so no proof.', { cause })
  }
  try {
    return readProof(value, 'it')
  } catch (cause) {
    throw new MalformedError(
      'REQUEST_INVALID',
      'It is no proof as GET /feeds/{key}/proof/{sequence} gives it.',
      { cause },
    )
  }
}

async function named(
  entry: AnyEntry,
): Promise<{ readonly kind: string; readonly id: string | null }> {
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
