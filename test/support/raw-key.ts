import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { concat, uint16, uint32 } from '../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../src/certification/signatures/packet.ts'
import { encodeSubpacket } from '../../src/certification/signatures/subpacket.ts'

/** A key of Ed25519 or Ed448 (RFC 9580 §5.5.5.9), or of RSA, version 4, with its secret. */
export interface RawKey {
  readonly body: Uint8Array
  readonly secret: KeyObject
  readonly algorithm: number
}

/** @param madeAt seconds since 1970 */
export function rawKey(madeAt: number, curve: 'ed25519' | 'ed448' = 'ed25519'): RawKey {
  const made = curve === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448')
  const algorithm = curve === 'ed25519' ? 27 : 28
  const size = curve === 'ed25519' ? 32 : 57
  const point = made.publicKey.export({ type: 'spki', format: 'der' }).subarray(-size)
  const body = concat([Uint8Array.of(4), uint32(madeAt), Uint8Array.of(algorithm), point])
  return { body, secret: made.privateKey, algorithm }
}

/** An integer as OpenPGP writes it. */
function integer(octets: Uint8Array): Uint8Array {
  const value = octets.subarray(octets.findIndex((octet) => octet !== 0))
  return concat([uint16(value.length * 8 - Math.clz32(value[0] ?? 0) + 24), value])
}

/** Of 2048 bits, of the number that RFC 4880 deprecates: RSA that only signs. */
export function rawSignOnlyRsaKey(madeAt: number): RawKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const numbers = [n, e].map((one) => integer(Buffer.from(one, 'base64url')))
  const body = concat([Uint8Array.of(4), uint32(madeAt), Uint8Array.of(3), ...numbers])
  return { body, secret: privateKey, algorithm: 3 }
}

export interface RawStatement {
  readonly type: number
  /** Seconds since 1970. */
  readonly at: number
  readonly userId?: Uint8Array
  readonly subkey?: RawKey
  /** Hashed subpackets beside time and issuer, encoded. */
  readonly hashed?: readonly Uint8Array[]
  readonly unhashed?: readonly Uint8Array[]
  /** What the signature names: that of its maker unless it is said. */
  readonly algorithm?: number
}

const framed = ({ body }: RawKey): Uint8Array =>
  concat([Uint8Array.of(0x99), uint16(body.length), body])

const fingerprintOf = (key: RawKey): Uint8Array => createHash('sha1').update(framed(key)).digest()

/** The body of a signature packet by `maker`, about `primary` and what else is named. */
export function rawStatement(primary: RawKey, maker: RawKey, wanted: RawStatement): Uint8Array {
  const { type, at, userId, subkey, hashed = [], unhashed = [] } = wanted
  const { algorithm = maker.algorithm } = wanted
  const fingerprint = fingerprintOf(maker)
  const area = concat([
    encodeSubpacket(2, uint32(at)),
    ...hashed,
    encodeSubpacket(33, concat([Uint8Array.of(4), fingerprint])),
  ])
  const hashedPart = concat([Uint8Array.of(4, type, algorithm, 10), uint16(area.length), area])
  const signed = concat([
    framed(primary),
    ...(userId === undefined ? [] : [Uint8Array.of(0xb4), uint32(userId.length), userId]),
    ...(subkey === undefined ? [] : [framed(subkey)]),
    hashedPart,
    Uint8Array.of(4, 0xff),
    uint32(hashedPart.length),
  ])
  const digest = createHash('sha512').update(signed).digest()
  const others = concat(unhashed)
  return concat([
    hashedPart,
    uint16(others.length),
    others,
    digest.subarray(0, 2),
    maker.secret.asymmetricKeyType === 'rsa'
      ? integer(sign('sha512', signed, maker.secret))
      : sign(null, digest, maker.secret),
  ])
}

/** What a copy of a key has of one statement: the thing and the signature on it. */
export function rawPackets(
  { userId, subkey }: Pick<RawStatement, 'userId' | 'subkey'>,
  body: Uint8Array,
): Uint8Array {
  return concat([
    ...(userId === undefined ? [] : [encodePacket(TAG.userId, userId)]),
    ...(subkey === undefined ? [] : [encodePacket(TAG.publicSubkey, subkey.body)]),
    encodePacket(TAG.signature, body),
  ])
}
