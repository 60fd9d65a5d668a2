/* What src/spec/feeds.md says, written a second time: nothing of Countersign is imported here. */
import { createPublicKey, verify } from 'node:crypto'
import { blake2b } from '@noble/hashes/blake2.js'

function itemsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('no array')
  return value
}

/** The least number that needs so many octets. */
const LEAST: Readonly<Record<number, number>> = { 1: 24, 2: 2 ** 8, 4: 2 ** 16 }

/** feeds.md, "Encoding": what index blocks need of CBOR, and nothing that is not the shortest form. */
function readItem(bytes: Buffer, at: number): readonly [value: unknown, next: number] {
  const first = bytes.readUInt8(at)
  const [kind, short] = [first >> 5, first & 31]
  if (short > 26) throw new Error('too long')
  const width = short < 24 ? 0 : 1 << (short - 24)
  const number = width === 0 ? short : bytes.readUIntBE(at + 1, width)
  if (width > 0 && number < (LEAST[width] ?? 0)) throw new Error('not shortest')
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
  const [version, number, rows, ...others] = itemsOf(value)
  if (version !== 1 || number !== 2 || others.length > 0) throw new Error('no index block')
  const items = itemsOf(rows)
  if (items.length < 1 || items.length > 64) throw new Error('so many rows')
  return items.map((row) => {
    const [kind, id, length, ...more] = itemsOf(row)
    const name = typeof kind === 'number' ? KINDS[kind] : undefined
    if (name === undefined || more.length > 0) throw new Error('no row')
    if (typeof id !== 'string' || id.length !== 64) throw new Error('no id')
    if (typeof length !== 'number' || length < 1 || length > 1_119_232) throw new Error('no length')
    return { kind: name, id, length }
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
