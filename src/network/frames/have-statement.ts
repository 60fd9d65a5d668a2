/*
 * What a peer says that it has of a feed, signed by its own key, so that others can pass it on. It proves nothing but that this
 * peer said it at that time, by its own clock.
 */
import { VerificationError } from '../../base/errors.ts'
import { decodeCanonical, encodeCanonical, malformed } from '../../feeds/format/cbor.ts'
import type { BlockRange } from '../../feeds/format/feed.ts'
import { isSignedBy } from '../../feeds/format/head.ts'
import { keyOfPeerId, peerIdOfKey } from '../../feeds/format/peer-id.ts'
import { arrayOf, bytesOf, bytesOfHex, hexOf, integerOf } from '../../feeds/format/value-checks.ts'
import { joinRanges } from './join-ranges.ts'

/** Keeps this signature from ever being taken for one over something else. */
const DOMAIN = 'countersign/have/2'
/** Ranges of one statement. */
export const MOST_RANGES = 32
/** One with 32 ranges and the largest numbers has 797. */
export const MAX_HAVE_BYTES = 800
export const HAVES_PER_FRAME = 64
/** Of two of one peer and feed that lie less apart only the first is taken, in milliseconds: each costs a verification, and a write to the disk. */
export const HAVES_APART = 10_000
/** Items of CBOR in what {@link havesFields} makes, at most: more than are read if nothing else is said. */
export const HAVES_ITEMS = 1 + HAVES_PER_FRAME * (8 + 3 * MOST_RANGES)
/** hypercore counts lengths in 40 bits. */
const MAX_LENGTH = 2 ** 40 - 1
/** What a date can be, in milliseconds. */
const MAX_TIME = 8.64e15

export interface HaveClaims {
  /** 64 lower-case hex digits. */
  readonly feed: string
  /** In blocks, 1 at least. */
  readonly length: number
  /** The tree hash of the feed at that length, 64 lower-case hex digits. */
  readonly root: string
  /** Blocks below the length that it has not: at most 32 ranges, ascending and not touching. */
  readonly lacking: readonly BlockRange[]
  /** Milliseconds since 1970, by the clock of who says it. */
  readonly time: number
}

export interface HaveStatement extends HaveClaims {
  /** Who says it: libp2p's base58 form of an Ed25519 peer id. */
  readonly peerId: string
  /** Ed25519, 128 lower-case hex digits. */
  readonly signature: string
}

/** Signs as a peer. */
export interface HaveSigner {
  readonly peerId: string
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

/**
 * @param claims whose gaps can be any number: the nearest are joined until there are 32
 * @throws MalformedError ENTRY_SYNTAX for what is no claim
 */
export async function signHave(claims: HaveClaims, signer: HaveSigner): Promise<HaveStatement> {
  const { feed, length, root, time } = claims
  const lacking = joinRanges(claims.lacking, MOST_RANGES)
  const { peerId } = signer
  const unsigned = { peerId, feed, length, root, lacking, time }
  const signature = await signer.sign(signedByHave(unsigned))
  return { ...unsigned, signature: Buffer.from(signature).toString('hex') }
}

/** `[peer's public key, feed, length, root, [[first, count]…], time, signature]` */
export function haveFields(statement: HaveStatement): readonly unknown[] {
  return [...claimFields(statement), new Uint8Array(Buffer.from(statement.signature, 'hex'))]
}

/**
 * Reads what {@link haveFields} makes. The signature is not verified: see {@link verifyHave}.
 * @throws MalformedError ENTRY_SYNTAX
 */
export function haveOf(value: unknown): HaveStatement {
  const fields = arrayOf(value, { min: 7, max: 7 })
  const [publicKey, feed, length, root, lacking, time, signature] = fields
  const blocks = integerOf(length, { min: 1, max: MAX_LENGTH })
  return {
    peerId: peerIdOfKey(bytesOf(publicKey, { min: 32, max: 32 })),
    feed: hexOf(feed),
    length: blocks,
    root: hexOf(root),
    lacking: rangesOf(lacking, blocks),
    time: integerOf(time, { min: 0, max: MAX_TIME }),
    signature: Buffer.from(bytesOf(signature, { min: 64, max: 64 })).toString('hex'),
  }
}

/** @throws VerificationError SIGNATURE_INVALID if its peer did not sign that */
export function verifyHave(statement: HaveStatement): void {
  const { peerId, signature } = statement
  const key = Buffer.from(publicKeyOf(peerId)).toString('hex')
  if (isSignedBy(key, signedByHave(statement), signature)) return
  throw new VerificationError(
    'SIGNATURE_INVALID',
    `Peer ${peerId} did not sign what is said of it about feed ${statement.feed}.`,
  )
}

export function encodeHave(statement: HaveStatement): Uint8Array {
  return encodeCanonical(haveFields(statement))
}

/**
 * Reads what {@link encodeHave} makes, without verifying it.
 * @throws MalformedError ENTRY_SYNTAX
 */
export function decodeHave(bytes: Uint8Array): HaveStatement {
  return haveOf(decodeCanonical(bytes, MAX_HAVE_BYTES))
}

/** What a frame of kind 3 of the second catalog holds. @param statements 1 to 64 */
export function havesFields(statements: readonly HaveStatement[]): readonly unknown[] {
  return statements.map(haveFields)
}

/** @throws MalformedError ENTRY_SYNTAX */
export function havesOf(value: unknown): readonly HaveStatement[] {
  return arrayOf(value, { min: 1, max: HAVES_PER_FRAME }).map(haveOf)
}

/** The octets under the signature. */
export function signedByHave(statement: Omit<HaveStatement, 'signature'>): Uint8Array {
  return encodeCanonical([DOMAIN, ...claimFields(statement)])
}

function claimFields(statement: Omit<HaveStatement, 'signature'>): readonly unknown[] {
  const { peerId, feed, length, root, lacking, time } = statement
  return [
    publicKeyOf(peerId),
    bytesOfHex(feed),
    length,
    bytesOfHex(root),
    lacking.map(({ first, count }) => [first, count]),
    time,
  ]
}

function rangesOf(value: unknown, length: number): readonly BlockRange[] {
  /** Where the next may begin: a block that is here stands between two gaps. */
  let least = 0
  return arrayOf(value, { min: 0, max: MOST_RANGES }).map((item) => {
    const fields = arrayOf(item, { min: 2, max: 2 })
    const first = integerOf(fields[0], { min: least, max: length - 1 })
    const count = integerOf(fields[1], { min: 1, max: length - first })
    least = first + count + 1
    return { first, count }
  })
}

function publicKeyOf(peerId: string): Uint8Array {
  const key = keyOfPeerId(peerId)
  if (key === undefined) throw malformed('its peer has no Ed25519 key')
  return key
}
