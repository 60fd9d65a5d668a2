import { VerificationError } from '../../base/errors.ts'
import { type FeedFormat, NEWEST_FORMAT } from './block.ts'
import { isSignedBy } from './head.ts'
import { BLOCK_NUMBER } from './limits.ts'
import { decodeCanonical, encodeCanonical, malformed } from './cbor.ts'
import { leadOf } from './lead.ts'
import { keyOfPeerId, peerIdOfKey } from './peer-id.ts'
import { arrayOf, bytesOf, bytesOfHex, hexOf, nameOf } from './value-checks.ts'

/** Keeps this signature from ever being taken for one over something else. */
const DOMAIN = {
  1: 'countersign/origin/1',
  2: 'countersign/origin/2',
} as const satisfies Readonly<Record<FeedFormat, string>>
const MAX_ORIGIN_BYTES = 512

/** What a feed is for. */
export interface OriginClaims {
  readonly format: FeedFormat
  readonly collection: string
  readonly dialect: string
  /** Key of the feed that this one replaces, 64 lower-case hex digits. */
  readonly previous?: string | undefined
}

/** Block 0 of a feed: what it is for, and whose it is. */
export interface Origin extends OriginClaims {
  /** libp2p's base58 form of an Ed25519 peer id. */
  readonly peerId: string
}

/** Signs as the peer that owns a feed. */
export interface PeerSigner {
  readonly peerId: string
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

/**
 * `[format, 0, collection, dialect, peer's public key, its signature, previous | null]`. The same for the same input.
 * @throws MalformedError ENTRY_SYNTAX if a name is no name
 */
export async function encodeOrigin(
  feed: string,
  claims: OriginClaims,
  signer: PeerSigner,
): Promise<Uint8Array> {
  const publicKey = keyOfPeerId(signer.peerId)
  if (publicKey === undefined) throw malformed('its peer has no Ed25519 key')
  return encodeCanonical([
    claims.format,
    BLOCK_NUMBER.origin,
    nameOf(claims.collection),
    nameOf(claims.dialect),
    publicKey,
    await signer.sign(signed(feed, claims)),
    previousBytes(claims),
  ])
}

/**
 * The format that block 0 of a feed names first, whether or not this version can read it. Nothing of it is checked.
 * @returns `undefined` if it begins with none
 */
export function formatNamedBy(block: Uint8Array): number | undefined {
  return leadOf(block, 1).numbers[0]
}

/** Does that block 0 name a format of a later version? */
export function isOfLaterFormat(block: Uint8Array): boolean {
  const format = formatNamedBy(block)
  return format !== undefined && format > NEWEST_FORMAT
}

/**
 * @param feed key of the feed whose block 0 this is
 * @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID if the peer did not sign that
 */
export async function decodeOrigin(bytes: Uint8Array, feed: string): Promise<Origin> {
  const fields = arrayOf(decodeCanonical(bytes, MAX_ORIGIN_BYTES), { min: 7, max: 7 })
  const [version, kind, collection, dialect, publicKey, signature, previous] = fields
  if (version !== 1 && version !== 2) throw malformed('its version is unknown')
  if (kind !== BLOCK_NUMBER.origin) throw malformed('it is no origin')
  const claims: OriginClaims = {
    format: version,
    collection: nameOf(collection),
    dialect: nameOf(dialect),
    ...(previous !== null && { previous: hexOf(previous) }),
  }
  const key = hexOf(publicKey)
  const given = Buffer.from(bytesOf(signature, { min: 64, max: 64 })).toString('hex')
  if (!isSignedBy(key, signed(feed, claims), given))
    throw new VerificationError(
      'SIGNATURE_INVALID',
      `The peer that feed ${feed} names as its owner did not sign that. Do not follow it.`,
    )
  return { ...claims, peerId: peerIdOfKey(Buffer.from(key, 'hex')) }
}

function signed(feed: string, claims: OriginClaims): Uint8Array {
  const { format, collection, dialect } = claims
  const fields = [bytesOfHex(feed), collection, dialect, previousBytes(claims)]
  return encodeCanonical([DOMAIN[format], ...fields])
}

const previousBytes = ({ previous }: OriginClaims): Uint8Array | null =>
  previous === undefined ? null : bytesOfHex(previous)
