import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Material } from './key-material.ts'
import type { KeyPacket } from './key-packet.ts'
import { concat, viewOf } from './octets.ts'

const objects = new WeakMap<KeyPacket, KeyObject>()

/**
 * The key as node:crypto wants it, made once for each packet.
 * @throws Error from node:crypto, where the numbers make no key
 */
export function keyObjectOf(key: KeyPacket): KeyObject {
  const known = objects.get(key)
  if (known !== undefined) return known
  const made = createPublicKey({
    key: subjectPublicKeyInfo(key.material),
    format: 'der',
    type: 'spki',
  })
  objects.set(key, made)
  return made
}

const OID = {
  rsa: '2a864886f70d010101',
  dsa: '2a8648ce380401',
  ec: '2a8648ce3d0201',
  ed25519: '2b6570',
  ed448: '2b6571',
} as const

/** SubjectPublicKeyInfo in DER (RFC 5280 §4.1; parameters: RFC 3279, RFC 5480, RFC 8410). */
function subjectPublicKeyInfo(material: Material): Buffer {
  switch (material.kind) {
    case 'rsa':
      return info([oid(OID.rsa), der(0x05)], der(0x30, integer(material.n), integer(material.e)))
    case 'dsa': {
      const parameters = [integer(material.p), integer(material.q), integer(material.g)]
      return info([oid(OID.dsa), der(0x30, ...parameters)], integer(material.y))
    }
    case 'ecdsa':
      return info([oid(OID.ec), der(0x06, material.curve.oid)], material.point)
    case 'ed25519':
    case 'ed448':
      return info([oid(OID[material.kind])], material.point)
    case 'other':
      break
  }
  throw new TypeError('a key that makes no signatures')
}

const info = (algorithm: readonly Uint8Array[], key: Uint8Array): Buffer =>
  viewOf(der(0x30, der(0x30, ...algorithm), der(0x03, Uint8Array.of(0), key)))

const oid = (hex: string): Uint8Array => der(0x06, Buffer.from(hex, 'hex'))

/** Unsigned: a zero goes before a first bit that is set. */
const integer = (octets: Uint8Array): Uint8Array =>
  der(0x02, ...((octets[0] ?? 0x80) >= 0x80 ? [Uint8Array.of(0)] : []), octets)

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(parts)
  const { length } = content
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >>> 8, length & 0xff]
  return concat([Uint8Array.from(head), content])
}
