/* OpenPGP packets as src/spec/id.md, canonical-forms.md and keys.md have them, a second time: nothing of Countersign is imported here. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'

export interface SecondKey {
  readonly body: Buffer
  readonly fingerprint: string
  readonly id: string
  readonly algorithm: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** As signatures hash it. */
  readonly framed: Buffer
  readonly modulus: number
  readonly object: KeyObject | undefined
}

export interface SecondSignature {
  readonly version: number
  readonly type: number
  readonly algorithm: number
  readonly hash: number
  readonly hashedPart: Buffer
  readonly hashed: readonly Subpacket[]
  readonly unhashed: readonly Subpacket[]
  readonly left: Buffer
  readonly values: readonly Buffer[]
  readonly signedAt: number
  readonly by: string
}

export interface Subpacket {
  readonly type: number
  readonly isCritical: boolean
  readonly body: Buffer
}

const HASHES = new Map([[1, 'md5'], [2, 'sha1'], [3, 'ripemd160'], [8, 'sha256'], [9, 'sha384'], [10, 'sha512'], [11, 'sha224']]) // prettier-ignore
const VALUES = new Map([[1, 1], [3, 1], [17, 2], [19, 2], [22, 2]]) // prettier-ignore
const ED25519 = '2b06010401da470f01'

export const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255)
export function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}

export function* packetsIn(bytes: Buffer): Generator<readonly [tag: number, body: Buffer]> {
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0
    const isNew = (first & 0x40) !== 0
    const one = bytes[at + 1] ?? 0
    const size = isNew ? (one < 192 ? 1 : one < 224 ? 2 : 5) : 1 << (first & 3)
    const length = isNew
      ? size === 1
        ? one
        : size === 2
          ? ((one - 192) << 8) + (bytes[at + 2] ?? 0) + 192
          : bytes.readUInt32BE(at + 2)
      : bytes.readUIntBE(at + 1, size)
    const begin = at + 1 + size
    yield [isNew ? first & 0x3f : (first >> 2) & 15, bytes.subarray(begin, begin + length)]
    at = begin + length
  }
}

/** In the old header format with the shortest length. */
export function packet(tag: number, body: Buffer): Buffer {
  const first = 0x80 | (tag << 2)
  return body.length < 256
    ? Buffer.concat([Buffer.of(first, body.length), body])
    : Buffer.concat([Buffer.of(first | 1), uint16(body.length), body])
}

function integerAt(bytes: Buffer, at: number): readonly [value: Buffer, end: number] {
  const end = at + 2 + ((bytes.readUInt16BE(at) + 7) >> 3)
  const value = bytes.subarray(at + 2, end)
  const start = value.findIndex((octet) => octet !== 0)
  return [start < 0 ? Buffer.alloc(0) : value.subarray(start), end]
}

/** Version 4. */
export function readKey(body: Buffer): SecondKey {
  const framed = Buffer.concat([Buffer.of(0x99), uint16(body.length), body])
  const fingerprint = createHash('sha1').update(framed).digest('hex').toUpperCase()
  const algorithm = body[5] ?? 0
  const at = { algorithm, createdAt: body.readUInt32BE(1) * 1000 }
  const { object, modulus } = numbersOf(algorithm, body)
  return { body, framed, fingerprint, id: fingerprint.slice(-16), ...at, object, modulus }
}

function numbersOf(algorithm: number, body: Buffer) {
  if (algorithm === 1 || algorithm === 3) {
    const [n, behind] = integerAt(body, 6)
    const [e] = integerAt(body, behind)
    const key = { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }
    return { object: createPublicKey({ key, format: 'jwk' }), modulus: n.length }
  }
  const oidEnd = 7 + (body[6] ?? 0)
  if (algorithm !== 22 || body.subarray(7, oidEnd).toString('hex') !== ED25519)
    return { object: undefined, modulus: 0 }
  const [point] = integerAt(body, oidEnd)
  const key = { kty: 'OKP', crv: 'Ed25519', x: point.subarray(1).toString('base64url') }
  return { object: createPublicKey({ key, format: 'jwk' }), modulus: 0 }
}

/** `undefined`: of a kind that is not read. */
export function readSignature(body: Buffer): SecondSignature | undefined {
  if (body[0] === 3) return readVersion3(body)
  if (body[0] !== 4) return undefined
  const [version = 0, type = 0, algorithm = 0, hash = 0] = body
  const hashedEnd = 6 + body.readUInt16BE(4)
  const unhashedEnd = hashedEnd + 2 + body.readUInt16BE(hashedEnd)
  const hashed = subpacketsIn(body.subarray(6, hashedEnd))
  const unhashed = subpacketsIn(body.subarray(hashedEnd + 2, unhashedEnd))
  const values = valuesAt(body, unhashedEnd + 2, algorithm)
  const created = last(hashed, 2)
  const by = issuerOf(hashed, unhashed)
  if (values === undefined || created?.length !== 4 || by === undefined || !HASHES.has(hash))
    return undefined
  return {
    version, type, algorithm, hash, hashed, unhashed, values, by,
    hashedPart: body.subarray(0, hashedEnd),
    left: body.subarray(unhashedEnd, unhashedEnd + 2),
    signedAt: created.readUInt32BE() * 1000,
  } // prettier-ignore
}

/** Only revocations. */
function readVersion3(body: Buffer): SecondSignature | undefined {
  const type = body[2] ?? 0
  if (body[1] !== 5 || ![0x20, 0x28, 0x30].includes(type)) return undefined
  const [algorithm = 0, hash = 0] = body.subarray(15)
  const values = valuesAt(body, 19, algorithm)
  if (values === undefined || !HASHES.has(hash)) return undefined
  return {
    version: 3, type, algorithm, hash, hashed: [], unhashed: [], values,
    by: body.subarray(7, 15).toString('hex').toUpperCase(),
    hashedPart: body.subarray(2, 7),
    left: body.subarray(17, 19),
    signedAt: body.readUInt32BE(3) * 1000,
  } // prettier-ignore
}

function valuesAt(body: Buffer, from: number, algorithm: number): readonly Buffer[] | undefined {
  let at = from
  const count = VALUES.get(algorithm)
  if (count === undefined) return undefined
  return Array.from({ length: count }, () => {
    const [value, end] = integerAt(body, at)
    at = end
    return value
  })
}

function issuerOf(hashed: readonly Subpacket[], unhashed: readonly Subpacket[]) {
  const named = (area: readonly Subpacket[]): Buffer | undefined => {
    const body = last(area, 33)
    return body?.length === 21 && body[0] === 4 ? body.subarray(13) : undefined
  }
  const found = named(hashed) ?? last(hashed, 16) ?? last(unhashed, 16) ?? named(unhashed)
  return found?.toString('hex').toUpperCase()
}

function subpacketsIn(area: Buffer): readonly Subpacket[] {
  const found: Subpacket[] = []
  for (let at = 0; at < area.length;) {
    const first = area[at] ?? 0
    const size = first < 192 ? 1 : first < 255 ? 2 : 5
    const length =
      size === 1
        ? first
        : size === 2
          ? ((first - 192) << 8) + (area[at + 1] ?? 0) + 192
          : area.readUInt32BE(at + 1)
    const start = at + size
    const type = area[start] ?? 0
    const body = area.subarray(start + 1, start + length)
    found.push({ type: type & 0x7f, isCritical: type >= 0x80, body })
    at = start + length
  }
  return found
}

export const last = (area: readonly Subpacket[], type: number): Buffer | undefined =>
  area.findLast((one) => one.type === type)?.body

function subpacket(type: number, body: Buffer): Buffer {
  const length = body.length + 1
  const size =
    length < 192 ? Buffer.of(length) : Buffer.of(((length - 192) >> 8) + 192, (length - 192) & 255)
  return Buffer.concat([size, Buffer.of(type), body])
}

/** canonical-forms.md, "Canonical packet"; keys.md: with the signature by which a subkey agrees. */
export function canonicalBody(signature: SecondSignature, embedded?: Buffer): Buffer {
  const { hashedPart, by, left, algorithm, hash } = signature
  const id = Buffer.from(by, 'hex')
  const values = signature.values.map((value) => {
    const bits = value.length === 0 ? 0 : 8 * value.length - Math.clz32(value[0] ?? 0) + 24
    return Buffer.concat([uint16(bits), value])
  })
  if (signature.version === 3)
    return Buffer.concat([
      Buffer.of(3, 5),
      hashedPart,
      id,
      Buffer.of(algorithm, hash),
      left,
      ...values,
    ])
  const unhashed = Buffer.concat([
    subpacket(16, id),
    ...(embedded === undefined ? [] : [subpacket(32, embedded)]),
  ])
  return Buffer.concat([hashedPart, uint16(unhashed.length), unhashed, left, ...values])
}

/** Did that key sign these octets? */
export function isBy(
  signature: SecondSignature,
  key: SecondKey,
  signed: readonly Buffer[],
): boolean {
  const { hashedPart, version, hash, left, algorithm } = signature
  const name = HASHES.get(hash)
  if (name === undefined || key.object === undefined || algorithm !== key.algorithm) return false
  const trailer = Buffer.concat([Buffer.of(4, 0xff), uint32(hashedPart.length)])
  const octets = Buffer.concat([...signed, hashedPart, ...(version === 3 ? [] : [trailer])])
  const digest = createHash(name).update(octets).digest()
  if (!digest.subarray(0, 2).equals(left)) return false
  const padded = (size: number) =>
    Buffer.concat(
      signature.values.map((one) => Buffer.concat([Buffer.alloc(size - one.length), one])),
    )
  return key.algorithm === 22
    ? verify(null, digest, key.object, padded(32))
    : verify(name, octets, key.object, padded(key.modulus))
}
