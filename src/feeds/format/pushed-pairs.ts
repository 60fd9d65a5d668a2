/* Pairs that a peer sends unasked, as one message: with them the receiver can verify the head that covers them. */
import { MAX_FEED_LENGTH } from './limits.ts'
import { malformed } from './cbor.ts'

/** New pairs of a feed, in the order of the feed. */
export interface PushedPairs {
  /** Length of the feed before them: the sequence of the first block. */
  readonly at: number
  /** Ed25519, 64 bytes, of the head behind them, whose fork is 0. */
  readonly signature: Uint8Array
  /** A data block and its index block in turn. */
  readonly blocks: readonly Uint8Array[]
}

/** Of all blocks of one push together. */
const MAX_PUSHED_BYTES = 16_384
/** Eight pairs. */
const MOST_BLOCKS = 16
const SIGNATURE_BYTES = 64
const LENGTH_BYTES = 4
/** The first octet, the length and the signature. */
const HEAD_BYTES = 1 + LENGTH_BYTES + SIGNATURE_BYTES
/** No message that pushes pairs is longer. */
export const MAX_PUSH_BYTES = HEAD_BYTES + MOST_BLOCKS * LENGTH_BYTES + MAX_PUSHED_BYTES

/** The first octet of a message. What begins otherwise only a later version knows. */
export const PUSH_KIND = { ready: 0, pairs: 1, coming: 2 } as const

/** Says that its sender takes pairs of this feed. */
export const READY: Uint8Array = Uint8Array.of(PUSH_KIND.ready)

/** Says that its sender has that many blocks of this feed, or is about to store them: `2 ‖ uint32be(length)`. */
export const encodeComing = (length: number): Uint8Array =>
  Buffer.concat([Uint8Array.of(PUSH_KIND.coming), uint32(length)])

/** What stands behind it is skipped. @returns 0 if it does not say that */
export function decodeComing(message: Uint8Array): number {
  if (message.length < 1 + LENGTH_BYTES || message[0] !== PUSH_KIND.coming) return 0
  return new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(1)
}

/** May blocks that were appended at that length be pushed? Not the origin, nothing large, nothing but whole pairs. */
export function isPushable(at: number, blocks: readonly Uint8Array[]): boolean {
  const isWhole = at % 2 === 1 && blocks.length % 2 === 0 && blocks.length > 0
  return isWhole && blocks.length <= MOST_BLOCKS && sizeOf(blocks) <= MAX_PUSHED_BYTES
}

/** In bytes, of all of them. */
export const sizeOf = (blocks: readonly Uint8Array[]): number =>
  blocks.reduce((sum, { length }) => sum + length, 0)

/** `1 ‖ uint32be(length) ‖ signature`, and for each block `uint32be(its bytes) ‖ block`. */
export function encodePush({ at, signature, blocks }: PushedPairs): Uint8Array {
  const framed = blocks.flatMap((block) => [uint32(block.length), block])
  return Buffer.concat([Uint8Array.of(PUSH_KIND.pairs), uint32(at), signature, ...framed])
}

/**
 * Nothing of it is verified but its form.
 * @param message of {@link MAX_PUSH_BYTES} at most
 * @returns its blocks are views of the message
 * @throws MalformedError ENTRY_SYNTAX
 */
export function decodePush(message: Uint8Array): PushedPairs {
  if (message.length < HEAD_BYTES || message.length > MAX_PUSH_BYTES)
    throw malformed(`a push has ${message.length} bytes`)
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  if (bytes[0] !== PUSH_KIND.pairs) throw malformed('it pushes no pairs')
  const at = bytes.readUInt32BE(1)
  const blocks = blocksOf(bytes)
  if (!isPushable(at, blocks)) throw malformed('a push has other blocks than a few small pairs')
  if (at + blocks.length > MAX_FEED_LENGTH) throw malformed(`a push begins at ${at} blocks`)
  return { at, signature: bytes.subarray(1 + LENGTH_BYTES, HEAD_BYTES), blocks }
}

function blocksOf(bytes: Buffer): readonly Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let from = HEAD_BYTES; from < bytes.length;) {
    if (blocks.length === MOST_BLOCKS) throw malformed('a push has too many blocks')
    const start = from + LENGTH_BYTES
    const length = start <= bytes.length ? bytes.readUInt32BE(from) : 0
    if (length === 0 || start + length > bytes.length) throw malformed('a push ends within a block')
    blocks.push(bytes.subarray(start, start + length))
    from = start + length
  }
  return blocks
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(LENGTH_BYTES)
  bytes.writeUInt32BE(value)
  return bytes
}
