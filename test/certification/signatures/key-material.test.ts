import { describe, expect, test } from 'vitest'
import { readKeyPacket } from '../../../src/certification/signatures/key-packet.ts'
import {
  TRIMMED_KEY_MAX_COST,
  subkeyCost,
} from '../../../src/certification/signatures/key-budget.ts'
import { bitLength, type Material } from '../../../src/certification/signatures/key-material.ts'
import {
  KEY_COST,
  makeVerificationBudget,
  secondCost,
  verificationCost,
} from '../../../src/certification/signatures/verification-cost.ts'

/** A number with that many bits, whose last bit is `last`. */
function number(bits: number, last = 1): Buffer {
  const octets = Buffer.alloc((bits + 7) >>> 3, 0xff)
  octets[0] = 0xff >>> (octets.length * 8 - bits)
  octets[octets.length - 1] = ((octets.at(-1) ?? 0) & 0xfe) | last
  return octets
}

const integer = (octets: Uint8Array): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bitLength(octets))
  return Buffer.concat([length, octets])
}

const packet = (algorithm: number, ...numbers: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([Buffer.of(4, 0x60, 0, 0, 0, algorithm), ...numbers])

const rsa = (bits: number, exponent: Uint8Array = Buffer.of(1, 0, 1), last = 1): Uint8Array =>
  packet(1, integer(number(bits, last)), integer(exponent))
const dsa = (p: Uint8Array, q: Uint8Array, ...rest: readonly Uint8Array[]): Uint8Array =>
  packet(17, ...[p, q, ...rest].map(integer))

const SMALL = Buffer.of(2)

describe('a key', () => {
  test.each([
    ['RSA of 1024 bits', rsa(1024)],
    ['RSA of 8192 bits', rsa(8192)],
    ['RSA with an exponent of 32 bits', rsa(4096, number(32))],
    ['DSA of 3072 bits with a group of 256', dsa(number(3072), number(256), SMALL, SMALL)],
    ['DSA of 1024 bits with a group of 160', dsa(number(1024), number(160), SMALL, SMALL)],
  ])('is taken: %s', (_, body) => {
    expect(readKeyPacket(body).material.kind).not.toBe('other')
  })

  test.each([
    ['RSA of 1023 bits', rsa(1023)],
    ['RSA of 8193 bits', rsa(8193)],
    ['RSA with an even modulus', rsa(2048, Buffer.of(3), 0)],
    ['RSA with an exponent of 33 bits', rsa(2048, number(33))],
    ['RSA with an even exponent', rsa(2048, Buffer.of(4))],
    ['RSA with the exponent 1', rsa(2048, Buffer.of(1))],
    ['DSA of 9984 bits', dsa(number(9984), number(160), SMALL, SMALL)],
    ['DSA of 3073 bits', dsa(number(3073), number(256), SMALL, SMALL)],
    ['DSA with a group of 257 bits', dsa(number(3072), number(257), SMALL, SMALL)],
    ['DSA with g = 1', dsa(number(2048), number(256), Buffer.of(1), SMALL)],
    ['DSA with y = 1', dsa(number(2048), number(256), SMALL, Buffer.of(1))],
    ['DSA with y = p', dsa(number(2048), number(256), SMALL, number(2048))],
    ['ECDSA with a point that is cut off', packet(19, Buffer.from('082a8648ce3d030107', 'hex'), integer(Buffer.alloc(33, 4)))],
  ])('is refused: %s', (_, body) => {
    expect(() => readKeyPacket(body)).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }))
  }) // prettier-ignore
})

const MATERIALS: readonly Material[] = [
  { kind: 'rsa', n: number(8192), e: number(32) },
  { kind: 'dsa', p: number(3072), q: number(256), g: SMALL, y: SMALL },
  ...['NIST P-256', 'NIST P-384', 'NIST P-521', 'secp256k1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'].map(
    (title): Material => ({
      kind: 'ecdsa',
      curve: { title, name: 'weierstrass', bits: 521, oid: new Uint8Array() },
      point: new Uint8Array(),
    }),
  ),
  { kind: 'ed25519', point: new Uint8Array() },
  { kind: 'ed448', point: new Uint8Array() },
] // prettier-ignore

const packetOf = (material: Material) => ({ ...readKeyPacket(rsa(1024)), material })

describe('the table of costs', () => {
  test('lets every key that is kept be verified again, whatever its algorithms', () => {
    for (const primary of MATERIALS)
      for (const subkey of MATERIALS) {
        const whole = verificationCost(primary) * 3 + secondCost(primary)
        const last = subkeyCost(packetOf(primary), packetOf(subkey))
        expect(TRIMMED_KEY_MAX_COST + last + whole, `${primary.kind} ${subkey.kind}`).toBeLessThan(
          KEY_COST,
        )
      }
  })

  test('stops where all together passes the limit', () => {
    const work = makeVerificationBudget(10, 'It')
    work.charge(10)
    expect(() => work.charge(1)).toThrow(expect.objectContaining({ code: 'KEY_TOO_COSTLY' }))
  })
})
