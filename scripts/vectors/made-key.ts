/* OpenPGP keys of version 4 (EdDSA on Ed25519, which GnuPG reads too) that are the same at every run, and what they say. */
import { createHash } from 'node:crypto'
import { concat, uint16, uint32 } from '../../src/certification/signatures/octets.ts'
import { subpacket } from './made-signature.ts'
import { type Signer, signerOf } from './story.ts'

/** 2026-01-01T00:00:00Z, in seconds. */
export const BEGIN = 1_767_225_600
export const DAY = 86_400

export interface MadeKey {
  readonly signer: Signer
  readonly body: Uint8Array
}

const CURVE = '092b06010401da470f01'

/** An integer: its bits, and its octets without zeros in front. */
function integer(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0)
  const bare = start < 0 ? new Uint8Array() : octets.subarray(start)
  const bits = bare.length === 0 ? 0 : 8 * bare.length - Math.clz32(bare[0] ?? 0) + 24
  return concat([uint16(bits), bare])
}

/** @param octet of which its secret is made */
export function madeKey(octet: number, madeAt = BEGIN): MadeKey {
  const signer = signerOf(octet)
  const point = Buffer.from(`40${signer.publicKey}`, 'hex')
  const head = concat([Uint8Array.of(4), uint32(madeAt), Uint8Array.of(22)])
  return { signer, body: concat([head, Buffer.from(CURVE, 'hex'), integer(point)]) }
}

const framed = ({ body }: MadeKey): Uint8Array =>
  concat([Uint8Array.of(0x99), uint16(body.length), body])

export const fingerprintOf = (key: MadeKey): string =>
  createHash('sha1').update(framed(key)).digest('hex')

export interface Saying {
  readonly type: number
  /** Days behind {@link BEGIN}. */
  readonly day: number
  readonly userId?: Uint8Array
  readonly subkey?: MadeKey
  /** Who says it; the primary key if absent. */
  readonly by?: MadeKey
  readonly hash?: 'md5' | 'sha1' | 'sha512'
  readonly hashed?: readonly Uint8Array[]
  readonly unhashed?: readonly Uint8Array[]
}

const HASHES = { md5: 1, sha1: 2, sha512: 10 } as const

/** The body of a signature packet about a primary key, or about what else is named. */
export function said(primary: MadeKey, saying: Saying): Uint8Array {
  const { userId, subkey, by = primary } = saying
  const named = userId === undefined ? [] : [Uint8Array.of(0xb4), uint32(userId.length), userId]
  return signed([framed(primary), ...named, ...(subkey === undefined ? [] : [framed(subkey)])], {
    ...saying,
    by,
  })
}

/** The body of a signature packet over octets. */
export function signed(
  over: readonly Uint8Array[],
  saying: Omit<Saying, 'userId' | 'subkey'> & { readonly by: MadeKey },
): Uint8Array {
  const { type, day, by, hash = 'sha512' } = saying
  const area = concat([
    subpacket(2, Buffer.from(uint32(BEGIN + day * DAY)).toString('hex')),
    ...(saying.hashed ?? []),
    subpacket(33, `04${fingerprintOf(by)}`),
  ])
  const hashedPart = concat([Uint8Array.of(4, type, 22, HASHES[hash]), uint16(area.length), area])
  const trailer = concat([Uint8Array.of(4, 0xff), uint32(hashedPart.length)])
  const digest = createHash(hash)
    .update(concat([...over, hashedPart, trailer]))
    .digest()
  // GnuPG looks for its key by that one alone
  const issuer = subpacket(16, fingerprintOf(by).slice(-16))
  const others = concat([issuer, ...(saying.unhashed ?? [])])
  const signature = by.signer.sign(digest)
  return concat([
    hashedPart,
    uint16(others.length),
    others,
    digest.subarray(0, 2),
    integer(signature.subarray(0, 32)),
    integer(signature.subarray(32)),
  ])
}

/** A packet in the new header format, with a length of five octets: not as it is kept. */
export const loose = (tag: number, body: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(0xc0 | tag, 0xff), uint32(body.length), body])
