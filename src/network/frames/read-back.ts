/*
 * A question for one block of a feed, and its answer: by it a node finds out whether a peer still has what it says that it has.
 * Whoever asks has the block, or the tree above it, so that an answer proves itself.
 */
import { decodeCanonical, encodeCanonical, malformed } from '../../feeds/format/cbor.ts'
import { MAX_BLOCK_BYTES } from '../../feeds/format/block.ts'
import { arrayOf, bytesOf, bytesOfHex, hexOf, integerOf } from '../../feeds/format/value-checks.ts'

export const READ_BACK = '/countersign/read-back/1'
/** Questions of one stream. */
export const MOST_QUESTIONS = 8
export const MAX_QUESTION_BYTES = 64
/** A block, its kind, and what frames both. */
export const MAX_ANSWER_BYTES = MAX_BLOCK_BYTES + 16
/** hypercore counts blocks in 40 bits. */
const MAX_SEQUENCE = 2 ** 40 - 2

export interface BlockName {
  /** 64 lower-case hex digits. */
  readonly feed: string
  readonly sequence: number
}

/** `here`: its bytes. `absent`: they are not there, or are withheld. `later`: too much was asked. */
export type BlockAnswer =
  | { readonly kind: 'here'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'later' }

const KINDS = ['here', 'absent', 'later'] as const

/** `[feed, sequence]` */
export function encodeQuestion({ feed, sequence }: BlockName): Uint8Array {
  return encodeCanonical([bytesOfHex(feed), sequence])
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeQuestion(bytes: Uint8Array): BlockName {
  const fields = arrayOf(decodeCanonical(bytes, MAX_QUESTION_BYTES), { min: 2, max: 2 })
  return { feed: hexOf(fields[0]), sequence: integerOf(fields[1], { min: 0, max: MAX_SEQUENCE }) }
}

/** `[0, block]`, `[1]` or `[2]` */
export function encodeAnswer(answer: BlockAnswer): Uint8Array {
  const kind = KINDS.indexOf(answer.kind)
  return encodeCanonical(answer.kind === 'here' ? [kind, answer.bytes] : [kind])
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeAnswer(bytes: Uint8Array): BlockAnswer {
  const fields = arrayOf(decodeCanonical(bytes, MAX_ANSWER_BYTES), { min: 1, max: 2 })
  const kind = KINDS[integerOf(fields[0], { min: 0, max: KINDS.length - 1 })]
  if (kind === undefined || (kind === 'here') !== (fields.length === 2))
    throw malformed('an answer has not the fields of its kind')
  if (kind !== 'here') return { kind }
  return { kind, bytes: bytesOf(fields[1], { min: 0, max: MAX_BLOCK_BYTES }) }
}
