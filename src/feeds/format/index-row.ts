/* A row of an index block: what it says of one entry of the data block before it. */
import { hash } from 'node:crypto'
import { isHex } from '../../base/fingerprint.ts'
import { malformed } from './cbor.ts'
import { type AnyEntry, encodeEntry, kindOf, MAX_ENTRY_BYTES, numberOfKind } from './entry.ts'
import { arrayOf, bytesOf, bytesOfHex, hexOf, integerOf, nameOf } from './value-checks.ts'
import { MAX_TIME } from './withholding.ts'

/** What an index block of either format says of one entry. */
export interface IndexRow {
  readonly kind: AnyEntry['kind']
  /** Of a kind that only a later version knows, its number. */
  readonly number?: number | undefined
  readonly id: string
  /** Of the entry's encoding inside the data block, in bytes. */
  readonly length: number
  /** Of a certification in format 2. */
  readonly facts?: RowFacts | undefined
}

/** What can be known of a certification without its block. */
export interface RowFacts extends DocumentFacts {
  readonly dialect: string
  /** Milliseconds since 1970, by the writer's clock. */
  readonly acceptedAt: number
}

/** What a certification's document and signature say. Whoever reads the entry finds it out again and compares. */
export interface DocumentFacts {
  /** The claimed key: 16 upper-case hex digits. */
  readonly keyId: string
  /** {@link shortHash} of the path below the collection at which it is compared with others; `undefined` if it has none. */
  readonly source: string | undefined
  /** {@link shortHash} of each architecture, in the order of the names, of eight at most. */
  readonly architectures: readonly string[]
}

export const MOST_ARCHITECTURES = 8

/** The first 8 bytes of a SHA-256 of UTF-8: 16 lower-case hex digits. */
export const shortHash = (text: string): string => hash('sha256', text).slice(0, 16)

/** The row of an entry in a block of format 1, and in one of format 2 that is no certification. */
export function plainRowOf(entry: AnyEntry): IndexRow {
  const { kind, id } = entry
  const length = encodeEntry(entry).length
  return kind === 'unknown' ? { kind, number: entry.number, id, length } : { kind, id, length }
}

export const plainRows = (entries: readonly AnyEntry[]): readonly IndexRow[] =>
  entries.map(plainRowOf)

/** `[kind, id, length]` */
export function plainFields({ kind, id, length }: IndexRow): readonly unknown[] {
  if (kind === 'unknown') throw malformed('its kind of entry is unknown')
  return [numberOfKind(kind), bytesOfHex(id), length]
}

/** @throws MalformedError ENTRY_SYNTAX */
export function plainRow(fields: readonly unknown[]): IndexRow {
  const [kind, id, length] = fields
  return {
    kind: kindOf(kind),
    id: hexOf(id),
    length: integerOf(length, { min: 1, max: MAX_ENTRY_BYTES }),
  }
}

/** `[1, id, length, dialect, key id, accepted-at, source | null, [architecture…]]` */
export function factFields(row: IndexRow, facts: RowFacts): readonly unknown[] {
  const { dialect, keyId, acceptedAt, source, architectures } = facts
  return [
    ...plainFields(row),
    nameOf(dialect),
    octetsOf(keyId),
    acceptedAt,
    source === undefined ? null : octetsOf(source),
    architectures.map(octetsOf),
  ]
}

/** The row of an entry that a later version knows: what stands behind its length is not read. @throws MalformedError ENTRY_SYNTAX */
export function unknownRow([number, id, length]: readonly unknown[]): IndexRow {
  return {
    kind: 'unknown',
    number: integerOf(number, { min: 0, max: Number.MAX_SAFE_INTEGER }),
    id: hexOf(id),
    length: integerOf(length, { min: 1, max: MAX_ENTRY_BYTES }),
  }
}

/** @throws MalformedError ENTRY_SYNTAX */
export function factRow(fields: readonly unknown[]): IndexRow {
  const [, , , dialect, keyId, acceptedAt, source, architectures] = arrayOf(fields, EIGHT)
  return {
    ...plainRow(fields),
    facts: {
      dialect: nameOf(dialect),
      keyId: digitsOf(keyId).toUpperCase(),
      acceptedAt: integerOf(acceptedAt, { min: 0, max: MAX_TIME }),
      source: source === null ? undefined : digitsOf(source),
      architectures: arrayOf(architectures, { min: 0, max: MOST_ARCHITECTURES }).map(digitsOf),
    },
  }
}

/** Is it the row of that entry, as far as the entry itself says it? */
export function isRowOf({ kind, number, id, length, facts }: IndexRow, entry: AnyEntry): boolean {
  if (kind !== entry.kind || id !== entry.id || length !== encodeEntry(entry).length) return false
  if (entry.kind === 'unknown') return number === entry.number
  if (facts === undefined || entry.kind !== 'certification') return true
  return facts.dialect === entry.dialect && facts.acceptedAt === entry.acceptedAt
}

/** Are these the facts of the document? */
export function hasFacts(row: IndexRow, { keyId, source, architectures }: DocumentFacts): boolean {
  const { facts } = row
  return (
    facts === undefined ||
    (facts.keyId === keyId &&
      facts.source === source &&
      facts.architectures.join() === architectures.join())
  )
}

const EIGHT = { min: 8, max: 8 } as const

function octetsOf(digits: string): Uint8Array {
  if (!isHex(digits, 16)) throw malformed('16 hex digits are missing')
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

function digitsOf(value: unknown): string {
  return Buffer.from(bytesOf(value, EIGHT)).toString('hex')
}
