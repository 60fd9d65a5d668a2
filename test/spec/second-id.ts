/* What src/spec says of ids and canonical JSON, written a second time: nothing of Countersign is imported here. */
import { createHash } from 'node:crypto'

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

export function cleartext(file: Buffer): Buffer {
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

export function dearmored(armor: Buffer): Buffer {
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
  const link: unknown = JSON.parse(file.toString())
  const signed = Buffer.from(canonical(member(link, 'signed')))
  const none = Buffer.alloc(0)
  return itemsOf(member(link, 'signatures')).map((one) =>
    idOver(none, signed, none, none, Buffer.from(String(member(one, 'keyid')), 'hex')),
  )
}

/** id.md, "What a link signs": the key id of 32 octets. */
export const linkKeyId = (point: Buffer): string =>
  sha256(
    Buffer.from(
      `{"keyid_hash_algorithms":["sha256","sha512"],"keytype":"ed25519","keyval":{"public":"${point.toString('hex')}"},"scheme":"ed25519"}`,
    ),
  )

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw new Error('no object')
  return Reflect.get(value, name)
}

function itemsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('no array')
  return value
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
