/* Keys of which every self-signature is as dear to verify as their algorithm allows, with many user ids. */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  generatePrimeSync,
  sign,
} from 'node:crypto'
import { armor, mpi, packet, subpacket, uint32 } from './packets.ts'

export interface HostileKey {
  readonly name: string
  /** The word that stands in all its user ids. */
  readonly word: string
  readonly armored: string
}

const USER_IDS = 62
const KEY_MADE = Math.floor(Date.parse('2024-01-01T00:00:00Z') / 1000)
const RSA = 1
const DSA = 17
const ECDSA = 19
const SHA512 = 10

interface Algorithm {
  readonly id: number
  readonly material: Buffer
  /** The signature's numbers over a SHA-512 digest. */
  readonly sign: (signed: Buffer) => readonly Uint8Array[]
}

export function hostileKeys(): readonly HostileKey[] {
  return [
    keyOf('DSA 9984, g = y = 1', dsa()),
    keyOf('RSA 8192, e of 32 bits', rsa()),
    keyOf('brainpoolP512r1', ecdsa('brainpoolP512r1', '2b240303020801010d', 64)),
    keyOf('P-521', ecdsa('P-521', '2b81040023', 66)),
  ]
}

function keyOf(name: string, algorithm: Algorithm): HostileKey {
  const word = `hostile${name.replace(/\W.*/, '').toLowerCase()}`
  const body = Buffer.concat([
    Buffer.of(4),
    uint32(KEY_MADE),
    Buffer.of(algorithm.id),
    algorithm.material,
  ])
  const framed = Buffer.concat([Buffer.of(0x99, body.length >> 8, body.length & 0xff), body])
  const fingerprint = createHash('sha1').update(framed).digest()
  const packets = [packet(6, body)]
  for (let at = 0; at < USER_IDS; at += 1) {
    const userId = Buffer.from(`${word} ${at} <${at}@${word}.example>`)
    const certified = Buffer.concat([framed, Buffer.of(0xb4), uint32(userId.length), userId])
    packets.push(packet(13, userId), packet(2, selfSignature(algorithm, fingerprint, certified)))
  }
  return { name, word, armored: armor('PUBLIC KEY BLOCK', Buffer.concat(packets)) }
}

/** RFC 4880, section 5.2.3: a positive certification that allows signing. */
function selfSignature(algorithm: Algorithm, fingerprint: Buffer, content: Buffer): Buffer {
  const hashed = Buffer.concat([
    subpacket(33, Buffer.concat([Buffer.of(4), fingerprint])),
    subpacket(2, uint32(KEY_MADE)),
    subpacket(27, Buffer.of(3)),
  ])
  const part = Buffer.concat([
    Buffer.of(4, 0x13, algorithm.id, SHA512, hashed.length >> 8, hashed.length & 0xff),
    hashed,
  ])
  const signed = Buffer.concat([content, part, Buffer.of(4, 0xff), uint32(part.length)])
  const unhashed = subpacket(16, fingerprint.subarray(12))
  const digest = createHash('sha512').update(signed).digest()
  return Buffer.concat([
    part,
    Buffer.of(0, unhashed.length),
    unhashed,
    digest.subarray(0, 2),
    ...algorithm.sign(signed).map(mpi),
  ])
}

/** With g = y = 1 every signature whose r is 1 is good, and costs two powers of 9,984 bits all the same. */
function dsa(): Algorithm {
  const p = Buffer.alloc(9984 / 8, 0xff)
  const q = generatePrimeSync(256, { bigint: true })
  const one = Buffer.of(1)
  return {
    id: DSA,
    material: Buffer.concat([p, bytesOf(q), one, one].map(mpi)),
    sign: () => [one, one],
  }
}

/** Of eight primes: they are found in a moment, and who verifies does not see it. */
function rsa(): Algorithm {
  const e = 4_294_967_291n
  const primes: bigint[] = []
  while (primes.length < 8) {
    const prime = generatePrimeSync(1024, { bigint: true })
    if ((prime - 1n) % e !== 0n && !primes.includes(prime)) primes.push(prime)
  }
  const n = primes.reduce((product, prime) => product * prime, 1n)
  const parts = primes.map((prime) => ({
    prime,
    d: inverse(e, prime - 1n),
    lift: (n / prime) * inverse(n / prime, prime),
  }))
  const size = Math.ceil(n.toString(16).length / 2)
  return {
    id: RSA,
    material: Buffer.concat([mpi(bytesOf(n)), mpi(bytesOf(e))]),
    sign: (signed) => {
      // RFC 8017, section 9.2, with the DigestInfo of SHA-512
      const info = Buffer.from('3051300d060960864801650304020305000440', 'hex')
      const digest = createHash('sha512').update(signed).digest()
      const fill = Buffer.alloc(size - info.length - digest.length - 3, 0xff)
      const padded = Buffer.concat([Buffer.of(0, 1), fill, Buffer.of(0), info, digest])
      const message = BigInt(`0x${padded.toString('hex')}`)
      const sum = parts.reduce(
        (all, { prime, d, lift }) => all + power(message, d, prime) * lift,
        0n,
      )
      return [bytesOf(sum % n)]
    },
  }
}

function ecdsa(namedCurve: string, oid: string, size: number): Algorithm {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-(2 * size + 1))
  const id = Buffer.from(oid, 'hex')
  const secret = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return {
    id: ECDSA,
    material: Buffer.concat([Buffer.of(id.length), id, mpi(point)]),
    sign: (signed) => {
      const pair = sign('sha512', signed, { key: secret, dsaEncoding: 'ieee-p1363' })
      return [pair.subarray(0, size), pair.subarray(size)]
    },
  }
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square, left] = [1n, base % modulus, exponent]
  for (; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [one, other, x, y] = [modulus, value % modulus, 0n, 1n]
  while (other > 0n) {
    const times = one / other
    ;[one, other] = [other, one % other]
    ;[x, y] = [y, x - times * y]
  }
  return ((x % modulus) + modulus) % modulus
}
