import { createHash } from 'node:crypto'
import { decodeCanonical, encodeCanonical, malformed } from './cbor.ts'
import {
  arrayOf,
  bytesOf,
  bytesOfHex,
  bytesOfText,
  hexOf,
  integerOf,
  nameOf,
  textOf,
} from './value-checks.ts'
import {
  MAX_TIME,
  type RestorationEntry,
  restorationFields,
  restorationOf,
  type WithholdingEntry,
  withholdingFields,
  withholdingOf,
} from './withholding.ts'

/** A signed statement, as it is kept for good. */
export interface CertificationEntry {
  readonly kind: 'certification'
  /** 64 lower-case hex digits. A claim of the feed's writer: whoever reads it computes it again. */
  readonly id: string
  readonly dialect: string
  readonly bytes: Uint8Array
  readonly signature?: Uint8Array | undefined
  /** The path somebody gave by PUT, decoded segments joined by `/`, below the collection. Unsigned. */
  readonly alias?: string | undefined
  /** Milliseconds since 1970, by the writer's clock. */
  readonly acceptedAt: number
}

/** A minimised public key, before the first certification that needs it. */
export interface PublicKeyEntry {
  readonly kind: 'public-key'
  /** SHA-256 of `bytes`, 64 lower-case hex digits. */
  readonly id: string
  readonly bytes: Uint8Array
}

export type Entry = CertificationEntry | PublicKeyEntry | WithholdingEntry | RestorationEntry

/** Of a kind that a later version of the format knows. It is skipped, and the others of its feed are not. */
export interface UnknownEntry {
  readonly kind: 'unknown'
  /** Of its kind: greater than those of {@link Entry}. */
  readonly number: number
  readonly id: string
  /** Its encoding. */
  readonly bytes: Uint8Array
}

/** What can stand in a block of format 2. */
export type AnyEntry = Entry | UnknownEntry

/** Where an entry stands: a feed, the sequence of its data block, and its position in that block. */
export interface Place {
  /** The feed's key, 64 lower-case hex digits. */
  readonly feed: string
  readonly sequence: number
  readonly position: number
}

/** Numbers on disk. */
const KIND_NUMBER = { certification: 1, 'public-key': 2, withholding: 3, restoration: 4 } as const

/** Of a certification's `bytes`, and of a public key's. Fixed by the protocol; a node can only admit less. */
export const MAX_BYTES = 1_048_576
/** Of a detached signature. Real ones have 200 to 1,200 bytes. */
const MAX_SIGNATURE_BYTES = 65_536
/** Of an alias in UTF-8. */
const MAX_ALIAS_BYTES = 4_096
/** Of one entry's encoding: the three above and 1 KiB for everything of fixed size. */
export const MAX_ENTRY_BYTES = MAX_BYTES + MAX_SIGNATURE_BYTES + MAX_ALIAS_BYTES + 1_024
/** Of an entry, or a row, that a later version knows. */
export const MAX_FIELDS = 64

/**
 * One entry alone: `[1, id, dialect, bytes, signature | null, alias | null, accepted-at]`, `[2, id, bytes]`,
 * or a withholding or restoration.
 * @throws MalformedError ENTRY_SYNTAX if it breaks a limit
 */
export function encodeEntry(entry: AnyEntry): Uint8Array {
  return entry.kind === 'unknown' ? entry.bytes : encodeCanonical(fieldsOf(entry))
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeEntry(bytes: Uint8Array): Entry {
  return entryOf(decodeCanonical(bytes, MAX_ENTRY_BYTES))
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeAnyEntry(bytes: Uint8Array): AnyEntry {
  return anyEntryOf(decodeCanonical(bytes, MAX_ENTRY_BYTES))
}

/** What an entry is inside a block. @throws MalformedError ENTRY_SYNTAX if it breaks a limit */
export function fieldsOf(entry: Entry): readonly unknown[] {
  const fields = uncheckedFieldsOf(entry)
  entryOf(fields)
  return fields
}

function uncheckedFieldsOf(entry: Entry): readonly unknown[] {
  if (entry.kind === 'withholding') return withholdingFields(entry)
  if (entry.kind === 'restoration') return restorationFields(entry)
  const head = [KIND_NUMBER[entry.kind], bytesOfHex(entry.id)]
  if (entry.kind === 'public-key') return [...head, entry.bytes]
  const { dialect, bytes, signature, alias, acceptedAt } = entry
  const aliasBytes = alias === undefined ? null : bytesOfText(alias)
  return [...head, dialect, bytes, signature ?? null, aliasBytes, acceptedAt]
}

/** @throws MalformedError ENTRY_SYNTAX */
export function entryOf(value: unknown): Entry {
  const fields = arrayOf(value, { min: 3, max: 7 })
  return READ[kindOf(fields[0])](fields)
}

const READ: Readonly<Record<Entry['kind'], (fields: readonly unknown[]) => Entry>> = {
  certification: (fields) => certificationOf(arrayOf(fields, { min: 7, max: 7 })),
  'public-key': (fields) => publicKeyOf(arrayOf(fields, { min: 3, max: 3 })),
  withholding: (fields) => withholdingOf(arrayOf(fields, { min: 7, max: 7 })),
  restoration: (fields) => restorationOf(arrayOf(fields, { min: 3, max: 3 })),
}

/**
 * An entry of a block of format 2, where a kind of a higher number than those of {@link Entry} is none of this version.
 * @throws MalformedError ENTRY_SYNTAX
 */
export function anyEntryOf(value: unknown): AnyEntry {
  const fields = arrayOf(value, { min: 3, max: MAX_FIELDS })
  const [number] = fields
  if (!isUnknownKind(number)) return entryOf(fields)
  const bytes = encodeCanonical(fields)
  if (bytes.length > MAX_ENTRY_BYTES) throw malformed(`an entry has ${bytes.length} bytes`)
  return { kind: 'unknown', number, id: hexOf(fields[1]), bytes }
}

/** Is that the number of a kind that a later version knows? */
export function isUnknownKind(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > KIND_NUMBER.restoration
}

/** @throws MalformedError ENTRY_SYNTAX */
export function kindOf(value: unknown): Entry['kind'] {
  if (value === KIND_NUMBER.certification) return 'certification'
  if (value === KIND_NUMBER['public-key']) return 'public-key'
  if (value === KIND_NUMBER.withholding) return 'withholding'
  if (value === KIND_NUMBER.restoration) return 'restoration'
  throw malformed('its kind of entry is unknown')
}

export function numberOfKind(kind: Entry['kind']): number {
  return KIND_NUMBER[kind]
}

function certificationOf(fields: readonly unknown[]): CertificationEntry {
  const [, id, dialect, bytes, signature, alias, acceptedAt] = fields
  return {
    kind: 'certification',
    id: hexOf(id),
    dialect: nameOf(dialect),
    bytes: bytesOf(bytes, { min: 1, max: MAX_BYTES }),
    ...(signature !== null && {
      signature: bytesOf(signature, { min: 1, max: MAX_SIGNATURE_BYTES }),
    }),
    ...(alias !== null && { alias: textOf(alias, { min: 1, max: MAX_ALIAS_BYTES }) }),
    acceptedAt: integerOf(acceptedAt, { min: 0, max: MAX_TIME }),
  }
}

function publicKeyOf([, idField, bytesField]: readonly unknown[]): PublicKeyEntry {
  const id = hexOf(idField)
  const bytes = bytesOf(bytesField, { min: 1, max: MAX_BYTES })
  if (createHash('sha256').update(bytes).digest('hex') !== id)
    throw malformed("a public key's id is not its SHA-256")
  return { kind: 'public-key', id, bytes }
}
