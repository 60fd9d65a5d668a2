/* What src/spec says, written a second time: nothing of Countersign is imported here. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { blake2b } from '@noble/hashes/blake2.js'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}

/** id.md: the domain, then five fields, each behind its length. */
const idOver = (...fields: readonly Uint8Array[]): string =>
  sha256(
    Buffer.concat([
      Buffer.from('countersign certification 1\0'),
      ...fields.flatMap((field) => [uint32(field.length), field]),
    ]),
  )

/** id.md: the ids of a file by OpenPGP, in the order of its signatures. */
export function idsOfOpenPgp(file: Buffer, signature?: Buffer): readonly string[] {
  const armor = signature ?? file.subarray(file.lastIndexOf('-----BEGIN PGP SIGNATURE-----'))
  return packetsIn(dearmored(armor)).map((packet) =>
    idOfPacket(packet, (type) => {
      if (signature === undefined) return cleartext(file)
      if (type === 0) return file
      const lines = file.toString('latin1').replaceAll('\r\n', '\n')
      return Buffer.from(lines.replaceAll('\n', '\r\n'), 'latin1')
    }),
  )
}

function cleartext(file: Buffer): Buffer {
  const lines = file.toString('latin1').split('\n')
  const bare = lines.map(withoutEnd)
  const begin = bare.indexOf('', bare.indexOf('-----BEGIN PGP SIGNED MESSAGE-----')) + 1
  const signed = lines.slice(begin, bare.indexOf('-----BEGIN PGP SIGNATURE-----', begin))
  return Buffer.from(
    signed.map((line) => withoutEnd(line.replace(/^- /, ''))).join('\r\n'),
    'latin1',
  )
}
const withoutEnd = (line: string): string => line.replace(/[ \t\r]+$/, '')

function dearmored(armor: Buffer): Buffer {
  const lines = armor.toString('latin1').split('\n').map(withoutEnd)
  const end = lines.findIndex((line) => line.startsWith('-----END'))
  const data = lines.slice(lines.indexOf('') + 1, end).filter((line) => !line.startsWith('='))
  return Buffer.from(data.join(''), 'base64')
}

function packetsIn(bytes: Buffer): readonly Buffer[] {
  const packets: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const [begin, size] = extent(bytes, at)
    packets.push(bytes.subarray(begin, begin + size))
    at = begin + size
  }
  return packets
}

/** RFC 9580 section 4.2. */
function extent(bytes: Buffer, at: number): readonly [begin: number, size: number] {
  const first = bytes.readUInt8(at)
  if ((first & 0x40) === 0) {
    const octets = 1 << (first & 3)
    return [at + 1 + octets, bytes.readUIntBE(at + 1, octets)]
  }
  const length = bytes.readUInt8(at + 1)
  if (length < 192) return [at + 2, length]
  if (length < 224) return [at + 3, ((length - 192) << 8) + bytes.readUInt8(at + 2) + 192]
  return [at + 6, bytes.readUInt32BE(at + 2)]
}

function idOfPacket(packet: Buffer, signedBy: (type: number) => Buffer): string {
  const version = packet.readUInt8(0)
  const width = version === 6 ? 4 : 2
  const hashedEnd = 4 + width + packet.readUIntBE(4, width)
  const unhashedEnd = hashedEnd + width + packet.readUIntBE(hashedEnd, width)
  const hashed = subpackets(packet.subarray(4 + width, hashedEnd))
  const unhashed = subpackets(packet.subarray(hashedEnd + width, unhashedEnd))
  const saltBegin = unhashedEnd + 3
  const salt =
    version === 6
      ? packet.subarray(saltBegin, saltBegin + packet.readUInt8(unhashedEnd + 2))
      : Buffer.alloc(0)
  const hashedPart = packet.subarray(0, hashedEnd)
  const trailer = Buffer.concat([Buffer.of(version, 0xff), uint32(hashedPart.length)])
  const ofFingerprint = (area: ReadonlyMap<number, Buffer>) => {
    const body = area.get(33)
    if (body?.[0] !== version) return undefined
    return version === 6 ? body.subarray(1, 9) : body.subarray(-8)
  }
  const keyId =
    ofFingerprint(hashed) ?? hashed.get(16) ?? unhashed.get(16) ?? ofFingerprint(unhashed)
  if (keyId === undefined) throw new Error('nobody is said to have made it')
  return idOver(salt, signedBy(packet.readUInt8(1)), hashedPart, trailer, keyId)
}

/** By type; the last of each counts. */
function subpackets(area: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 0; at < area.length;) {
    const first = area.readUInt8(at)
    const size = first < 192 ? 1 : first < 255 ? 2 : 5
    const length =
      size === 1
        ? first
        : size === 2
          ? ((first - 192) << 8) + area.readUInt8(at + 1) + 192
          : area.readUInt32BE(at + 1)
    const body = area.subarray(at + size, at + size + length)
    found.set(body.readUInt8(0) & 0x7f, body.subarray(1))
    at += size + length
  }
  return found
}

/** id.md and canonical-forms.md: the ids of an in-toto link. */
export function idsOfLink(file: Buffer): readonly string[] {
  const { signed, signatures } = JSON.parse(file.toString()) as {
    readonly signed: unknown
    readonly signatures: readonly { readonly keyid: string }[]
  }
  const none = Buffer.alloc(0)
  return signatures.map(({ keyid }) =>
    idOver(none, Buffer.from(canonical(signed)), none, none, Buffer.from(keyid, 'hex')),
  )
}

/** canonical-forms.md, "Canonical JSON". */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'string') return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).toSorted(([one], [other]) =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)),
  )
  return `{${members.map(([name, one]) => `${canonical(name)}:${canonical(one)}`).join(',')}}`
}

/** feeds.md, "Encoding": what index blocks need of CBOR, and nothing that is not the shortest form. */
function readItem(bytes: Buffer, at: number): readonly [value: unknown, next: number] {
  const first = bytes.readUInt8(at)
  const [kind, short] = [first >> 5, first & 31]
  if (short > 26) throw new Error('too long')
  const width = short < 24 ? 0 : 1 << (short - 24)
  const number = width === 0 ? short : bytes.readUIntBE(at + 1, width)
  if (width > 0 && number < [24, 2 ** 8, 2 ** 16][Math.log2(width)]!)
    throw new Error('not shortest')
  let next = at + 1 + width
  if (kind === 0) return [number, next]
  if (kind === 2) {
    if (next + number > bytes.length) throw new Error('cut off')
    return [bytes.toString('hex', next, next + number), next + number]
  }
  if (kind !== 4) throw new Error('no index block has that')
  const items: unknown[] = []
  while (items.length < number) {
    const [item, end] = readItem(bytes, next)
    items.push(item)
    next = end
  }
  return [items, next]
}

const KINDS = [undefined, 'certification', 'public-key', 'withholding', 'restoration']

/** feeds.md, "Index block". */
export function readIndexBlock(bytes: Buffer) {
  const [value, end] = readItem(bytes, 0)
  if (end !== bytes.length || end > 4096) throw new Error('not that long')
  const [version, number, rows, ...others] = value as [number, number, [number, string, number][]]
  if (version !== 1 || number !== 2 || others.length > 0) throw new Error('no index block')
  if (rows.length < 1 || rows.length > 64) throw new Error('so many rows')
  return rows.map(([kind, id, length, ...more]) => {
    if (more.length > 0 || KINDS[kind] === undefined || id.length !== 64) throw new Error('no row')
    if (!Number.isInteger(length) || length < 1 || length > 1_119_232) throw new Error('no length')
    return { kind: KINDS[kind], id, length }
  })
}

const hash = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.from(blake2b(Buffer.concat(parts), { dkLen: 32 }))

function uint64(value: number): Buffer {
  const octets = Buffer.alloc(8)
  octets.writeBigUInt64LE(BigInt(value))
  return octets
}

interface Node {
  readonly hash: Buffer
  readonly size: number
}

/** feeds.md, "Tree": the root over these blocks. */
export function rootOver(blocks: readonly Buffer[]): string {
  const parts: Buffer[] = [Buffer.of(2)]
  for (let start = 0; start < blocks.length;) {
    const count = 2 ** Math.floor(Math.log2(blocks.length - start))
    const node = nodeOver(blocks.slice(start, start + count))
    parts.push(node.hash, uint64(2 * start + count - 1), uint64(node.size))
    start += count
  }
  return hash(...parts).toString('hex')
}

function nodeOver(blocks: readonly Buffer[]): Node {
  const [block = Buffer.alloc(0)] = blocks
  if (blocks.length === 1)
    return { hash: hash(Buffer.of(0), uint64(block.length), block), size: block.length }
  const half = blocks.length / 2
  const [left, right] = [nodeOver(blocks.slice(0, half)), nodeOver(blocks.slice(half))]
  const size = left.size + right.size
  return { hash: hash(Buffer.of(1), uint64(size), left.hash, right.hash), size }
}

const DOMAIN = hash(Buffer.from('hypercore'))

/** feeds.md, "Key of a feed". */
export function feedKeyOf(publicKey: string): string {
  const namespace = hash(DOMAIN, Buffer.of(4))
  const flags = Buffer.from('010000010100', 'hex')
  const manifest = Buffer.concat([flags, namespace, Buffer.from(publicKey, 'hex')])
  return hash(hash(DOMAIN, Buffer.of(3)), manifest).toString('hex')
}

interface Head {
  readonly length: number
  readonly fork: number
  readonly root: string
  readonly signature: string
}

/** feeds.md, "What a head signs". */
export function isSigned(publicKey: string, { length, fork, root, signature }: Head): boolean {
  const signed = Buffer.concat([
    hash(DOMAIN, Buffer.of(0)),
    Buffer.from(feedKeyOf(publicKey) + root, 'hex'),
    uint64(length),
    uint64(fork),
  ])
  const key = Buffer.from(`302a300506032b6570032100${publicKey}`, 'hex')
  const object = createPublicKey({ key, format: 'der', type: 'spki' })
  return verify(null, signed, object, Buffer.from(signature, 'hex'))
}
