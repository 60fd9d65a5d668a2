import { encodePacket, packets, TAG } from '../../src/certification/signatures/packet.ts'
import { concat, uint16, uint32 } from '../../src/certification/signatures/octets.ts'

/** A version 4 signature packet, cut where anybody can change it. */
interface Cut {
  readonly hashed: Uint8Array
  readonly unhashed: Uint8Array
  readonly left: Uint8Array
  readonly integers: readonly Uint8Array[]
}

function cut(packet: Uint8Array): Cut {
  const { body } = [...packets(packet, 'SIGNATURE_SYNTAX')][0]!
  const view = Buffer.from(body)
  const hashedEnd = 6 + view.readUInt16BE(4)
  const unhashedEnd = hashedEnd + 2 + view.readUInt16BE(hashedEnd)
  const integers: Uint8Array[] = []
  for (let at = unhashedEnd + 2; at < view.length;) {
    const next = at + 2 + ((view.readUInt16BE(at) + 7) >> 3)
    integers.push(view.subarray(at + 2, next))
    at = next
  }
  return {
    hashed: view.subarray(0, hashedEnd),
    unhashed: view.subarray(hashedEnd + 2, unhashedEnd),
    left: view.subarray(unhashedEnd, unhashedEnd + 2),
    integers,
  }
}

const integer = (octets: Uint8Array, bits: number): Uint8Array => concat([uint16(bits), octets])
const bitsOf = (octets: Uint8Array): number => octets.length * 8 - Math.clz32(octets[0]!) + 24

const bodyOf = ({ hashed, unhashed, left, integers }: Cut): Uint8Array =>
  concat([
    hashed,
    uint16(unhashed.length),
    unhashed,
    left,
    ...integers.map((each) => integer(each, bitsOf(each))),
  ])

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const toNumber = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`)

function negated(octets: Uint8Array): Uint8Array {
  const hex = (P256_ORDER - toNumber(octets)).toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

/** The same signature, changed in ways that do not break it. */
export function goodVariants(packet: Uint8Array): Readonly<Record<string, Uint8Array>> {
  const parts = cut(packet)
  const body = bodyOf(parts)
  const notation = concat([Uint8Array.of(61, 100), new Uint8Array(60).fill(65)])
  const encoded = (changed: Cut): Uint8Array => encodePacket(TAG.signature, bodyOf(changed))
  const before = concat([parts.hashed, uint16(parts.unhashed.length), parts.unhashed, parts.left])
  const variants: Record<string, Uint8Array> = {
    'an added unhashed subpacket': encoded({
      ...parts,
      unhashed: concat([parts.unhashed, notation]),
    }),
    'ten thousand unhashed subpackets': encoded({
      ...parts,
      unhashed: concat(Array.from({ length: 10_000 }, () => Uint8Array.of(2, 60, 0))),
    }),
    'no unhashed subpackets': encoded({ ...parts, unhashed: new Uint8Array() }),
    'a new-format header of five octets': concat([
      Uint8Array.of(0xc2, 255),
      uint32(body.length),
      body,
    ]),
    'an old-format header of five octets': concat([Uint8Array.of(0x8a), uint32(body.length), body]),
    'bit counts rounded up': encodePacket(
      TAG.signature,
      concat([before, ...parts.integers.map((each) => integer(each, each.length * 8))]),
    ),
    'integers with a leading zero': encodePacket(
      TAG.signature,
      concat([
        before,
        ...parts.integers.map((each) =>
          integer(concat([Uint8Array.of(0), each]), each.length * 8 + 8),
        ),
      ]),
    ),
    'junk after the integers': encodePacket(TAG.signature, concat([body, Buffer.from('junkjunk')])),
    'a marker packet before it': concat([Uint8Array.of(0xca, 3, 0x50, 0x47, 0x50), packet]),
  }
  return variants
}

/** ECDSA over P-256: s becomes n - s. */
export function withOtherS(packet: Uint8Array): Uint8Array {
  const parts = cut(packet)
  const [r, s] = parts.integers
  return encodePacket(TAG.signature, bodyOf({ ...parts, integers: [r!, negated(s!)] }))
}

/** The same statement with numbers that are wrong. */
export function brokenVariants(packet: Uint8Array): Readonly<Record<string, Uint8Array>> {
  const parts = cut(packet)
  const [first, ...others] = parts.integers
  const wrong = Uint8Array.from(first!)
  wrong[wrong.length - 1]! ^= 1
  return {
    'another number': encodePacket(
      TAG.signature,
      bodyOf({ ...parts, integers: [wrong, ...others] }),
    ),
    'other left bits': encodePacket(
      TAG.signature,
      bodyOf({ ...parts, left: Uint8Array.of(parts.left[0]! ^ 1, parts.left[1]!) }),
    ),
    'a zero for every number': encodePacket(
      TAG.signature,
      concat([parts.hashed, uint16(0), parts.left, ...parts.integers.map(() => uint16(0))]),
    ),
  }
}

/** With another key id in the unhashed area. */
export function withUnhashedKeyId(packet: Uint8Array, keyId: string): Uint8Array {
  const unhashed = concat([Uint8Array.of(9, 16), Buffer.from(keyId, 'hex')])
  return encodePacket(TAG.signature, bodyOf({ ...cut(packet), unhashed }))
}
