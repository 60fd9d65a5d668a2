/* What src/spec/format-2.md says, written a second time: nothing of Countersign is imported here. */
import { brotliDecompressSync } from 'node:zlib'
import { decode } from 'cborg'

const KINDS = [1, 2, 3, 4]

function arrayOf(value: unknown, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < least || value.length > most)
    throw new Error('no array')
  return value
}

function numberOf(value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new Error('no such number')
  return value
}

function octetsOf(value: unknown, least: number, most: number): Buffer {
  if (!(value instanceof Uint8Array) || value.length < least || value.length > most)
    throw new Error('no such octets')
  return Buffer.from(value)
}

/** Arrays counted too. */
function itemsOf(value: unknown): number {
  return Array.isArray(value) ? value.reduce((sum: number, one) => sum + itemsOf(one), 1) : 1
}

function bounded(value: unknown): unknown {
  if (itemsOf(value) > 32_768) throw new Error('too many items')
  return value
}

/** format-2.md, "Data block": the ids of its entries. */
export function readDataBlock(block: Buffer): readonly string[] {
  const [version, kind, compression, length, packed] = arrayOf(
    decode(block, { strict: true }),
    5,
    5,
  )
  if (version !== 2 || kind !== 1) throw new Error('no data block')
  const size = numberOf(length, 1, 1_119_234)
  const octets = octetsOf(packed, 1, 1_119_234)
  const entries = arrayOf(
    bounded(decode(contentOf(compression, octets, size), { strict: true })),
    1,
    64,
  )
  if (entries.length > 1 && size > 262_144) throw new Error('too large')
  return entries.map((entry) => {
    const [number, id] = arrayOf(entry, 3, 64)
    numberOf(number, 1, Number.MAX_SAFE_INTEGER)
    return octetsOf(id, 32, 32).toString('hex')
  })
}

function contentOf(compression: unknown, octets: Buffer, size: number): Buffer {
  if (compression === 0) {
    if (octets.length !== size) throw new Error('another length')
    return octets
  }
  if (compression !== 1 || octets.length >= size) throw new Error('not compressed')
  const opened = brotliDecompressSync(octets, { maxOutputLength: size })
  if (opened.length !== size) throw new Error('another length')
  // without its last octet the stream must not be whole: so nothing stands behind its end
  let isWhole = true
  try {
    brotliDecompressSync(octets.subarray(0, -1), { maxOutputLength: size })
  } catch {
    isWhole = false
  }
  if (isWhole) throw new Error('something stands behind it')
  return opened
}

/** format-2.md, "Index block": the ids of its rows. */
export function readIndexBlock(block: Buffer): readonly string[] {
  if (block.length > 16_384) throw new Error('too large')
  const [version, kind, content] = arrayOf(bounded(decode(block, { strict: true })), 3, 3)
  if (version !== 2 || kind !== 2) throw new Error('no index block')
  const rows = arrayOf(content, 1, 64).map((row) => arrayOf(row, 3, 64))
  const places = rows.map(placeOf)
  const [[first] = []] = rows
  for (const [at, place] of places.entries()) {
    const before = places[at - 1]
    if (rows[at]?.[0] !== first) throw new Error('several kinds')
    if (first !== 1 && first !== 2) continue
    if (before !== undefined && before >= place) throw new Error('not in order')
  }
  return places.map((place) => place.slice(-64))
}

/** Claimed key id and id, which order rows. */
function placeOf(row: readonly unknown[]): string {
  const [kind, id, length, dialect, keyId, at, source, architectures] = row
  numberOf(length, 1, 1_119_232)
  const name = octetsOf(id, 32, 32).toString('hex')
  const number = numberOf(kind, 1, Number.MAX_SAFE_INTEGER)
  if (!KINDS.includes(number)) return name
  if (number !== 1) {
    if (row.length !== 3) throw new Error('too many fields')
    return name
  }
  if (row.length !== 8 || typeof dialect !== 'string') throw new Error('no row of a certification')
  numberOf(at, 0, 253_402_300_799_999)
  if (source !== null) octetsOf(source, 8, 8)
  for (const one of arrayOf(architectures, 0, 8)) octetsOf(one, 8, 8)
  return octetsOf(keyId, 8, 8).toString('hex') + name
}
