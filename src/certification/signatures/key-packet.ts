import { createHash } from 'node:crypto'
import { MalformedError } from '../../base/errors.ts'
import { readMaterial, type Material } from './key-material.ts'
import { octetReader } from './octet-reader.ts'
import { concat, uint16, uint32, upperHex } from './octets.ts'

/** A public key or public subkey packet of version 4 or 6 (RFC 9580 §5.5.2). */
export interface KeyPacket {
  readonly version: 4 | 6
  readonly body: Uint8Array
  /** As signatures over it hash it: with its prefix (RFC 9580 §5.2.4). */
  readonly framed: Uint8Array
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly algorithm: number
  readonly bits: number
  /** 40 (version 4) or 64 upper-case hex digits. */
  readonly fingerprint: string
  /** 16 upper-case hex digits. */
  readonly keyId: string
  readonly material: Material
}

/** Larger than any key in use (RSA of 8192 bits, ML-DSA-87); every signature on a key hashes it again. */
const MAXIMUM_KEY_BYTES = 4096

/** @throws MalformedError KEY_SYNTAX it is cut off or too long; KEY_UNUSABLE a version or strength that is not taken */
export function readKeyPacket(body: Uint8Array): KeyPacket {
  if (body.length > MAXIMUM_KEY_BYTES)
    throw new MalformedError('KEY_SYNTAX', 'A key packet is longer than any key in use.')
  const reader = octetReader(body, 'KEY_SYNTAX')
  const version = reader.number(1)
  if (version !== 4 && version !== 6)
    throw new MalformedError('KEY_UNUSABLE', `A key has version ${version}, not 4 or 6.`)
  const createdAt = reader.number(4) * 1000
  const algorithm = reader.number(1)
  if (version === 6 && reader.number(4) !== reader.remaining())
    throw new MalformedError('KEY_SYNTAX', 'A key packet has not the length that it says.')
  const { material, bits } = readMaterial(algorithm, reader)
  return { version, body, createdAt, algorithm, bits, material, ...identityOf(version, body) }
}

/** Fingerprint and key id of a key packet, whatever its algorithm. */
export function identityOf(
  version: 4 | 6,
  body: Uint8Array,
): Pick<KeyPacket, 'framed' | 'fingerprint' | 'keyId'> {
  const framed =
    version === 4
      ? concat([Uint8Array.of(0x99), uint16(body.length), body])
      : concat([Uint8Array.of(0x9b), uint32(body.length), body])
  const digest = createHash(version === 4 ? 'sha1' : 'sha256')
    .update(framed)
    .digest()
  const fingerprint = upperHex(digest)
  return {
    framed,
    fingerprint,
    keyId: version === 4 ? fingerprint.slice(-16) : fingerprint.slice(0, 16),
  }
}
