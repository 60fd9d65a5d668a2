import { MalformedError } from '../../base/errors.ts'
import { viewOf } from './octets.ts'

export type ArmorLabel = 'SIGNATURE' | 'PUBLIC KEY BLOCK'

const LINE_FEED = 0x0a
const COLUMNS = 64
const DATA = /^[A-Za-z0-9+/]*={0,2}$/
const CHECKSUM = /^=[A-Za-z0-9+/]{4}$/

/** ASCII armor as GnuPG 2.2 writes it: no headers, 64 columns, CRC-24 (RFC 9580 §6). */
export function enarmor(label: ArmorLabel, octets: Uint8Array): string {
  const base64 = viewOf(octets).toString('base64')
  const lines = [`-----BEGIN PGP ${label}-----`, '']
  for (let at = 0; at < base64.length; at += COLUMNS) lines.push(base64.slice(at, at + COLUMNS))
  lines.push(`=${checksumOf(octets)}`, `-----END PGP ${label}-----`, '')
  return lines.join('\n')
}

/** What the blocks of one label hold, one after the other, and where the first began and the last ended. */
export interface Dearmored {
  readonly octets: Uint8Array
  readonly blocks: number
}

/**
 * Reads every block with that label; other lines around them are dropped. Tolerates headers, blanks, CRLF
 * and a missing CRC. `undefined`: there is no such block.
 * @throws MalformedError ARMOR_SYNTAX a block that is broken, or whose CRC is wrong
 */
export function dearmor(label: ArmorLabel, bytes: Uint8Array): Dearmored | undefined {
  const begin = `-----BEGIN PGP ${label}-----`
  const blocks: Buffer[] = []
  const lines = textLines(bytes)
  for (const line of lines) if (line === begin) blocks.push(block(label, lines))
  return blocks.length === 0 ? undefined : { octets: Buffer.concat(blocks), blocks: blocks.length }
}

/** Lines of what should be ASCII, without trailing blanks. */
function* textLines(bytes: Uint8Array): Generator<string, void, void> {
  const view = viewOf(bytes)
  for (let start = 0; start < view.length;) {
    const feed = view.indexOf(LINE_FEED, start)
    const end = feed === -1 ? view.length : feed
    yield view.toString('latin1', start, end).trimEnd()
    start = end + 1
  }
}

function block(label: ArmorLabel, lines: Iterator<string, void, void>): Buffer {
  const data: string[] = []
  let checksum: string | undefined
  let inHeaders = true
  let padded = false
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const line = next.value.trimStart()
    if (line === `-----END PGP ${label}-----`) return decoded(data, checksum)
    if (line === '') inHeaders = false
    else if (inHeaders && /^[^\s:]+:/.test(line)) continue
    else if (checksum === undefined && CHECKSUM.test(line)) checksum = line.slice(1)
    else if (DATA.test(line) && !padded && checksum === undefined) {
      inHeaders = false
      padded = line.endsWith('=')
      data.push(line)
    } else throw new MalformedError('ARMOR_SYNTAX', `A line in the PGP ${label} is not base64.`)
  }
  throw new MalformedError('ARMOR_SYNTAX', `The PGP ${label} has no end.`)
}

function decoded(data: readonly string[], checksum: string | undefined): Buffer {
  const base64 = data.join('')
  if (base64.length % 4 !== 0)
    throw new MalformedError('ARMOR_SYNTAX', 'The base64 of the armor is cut off.')
  const octets = Buffer.from(base64, 'base64')
  if (checksum !== undefined && checksum !== checksumOf(octets))
    throw new MalformedError('ARMOR_SYNTAX', 'The checksum of the armor is wrong.')
  return octets
}

/** CRC-24 of RFC 9580 §6.1.1, in base64. */
function checksumOf(octets: Uint8Array): string {
  let crc = 0xb704ce
  for (const octet of octets) crc = ((crc << 8) & 0xffffff) ^ (CRC24[(crc >>> 16) ^ octet] ?? 0)
  return Buffer.of(crc >>> 16, (crc >>> 8) & 0xff, crc & 0xff).toString('base64')
}

const CRC24: Uint32Array = Uint32Array.from({ length: 256 }, (_, octet) => {
  let crc = octet << 16
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x800000) === 0 ? 0 : 0x1864cfb)
  return crc & 0xffffff
})
