import { decodeFields, encodeFields, numberField, textField, unreadable } from './row-value.ts'

/** What must come before an item can be used. */
export type WaitingFor =
  /** The other files of a document, below the collection. */
  | { readonly kind: 'path'; readonly path: string }
  /** 16 upper-case hex digits. */
  | { readonly kind: 'key'; readonly keyId: string }

/** Which of a document's files an item is; checksums have other names. */
export const DOCUMENT = 'document'
export const SIGNATURE = 'signature'

/** Something that somebody handed in too early. */
export interface NewWaitingItem {
  readonly collection: string
  readonly waitsFor: WaitingFor
  /** What it is among those that wait for the same: a certification's id, or which of a document's files. */
  readonly id: string
  /** Whose share of the place it takes: an address, or the part of one that counts as one submitter. */
  readonly address: string
  readonly bytes: Uint8Array
}

export interface WaitingItem extends NewWaitingItem {
  readonly number: number
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** An item without its bytes, as it is kept in memory. */
export interface WaitingSlot extends Omit<WaitingItem, 'bytes'> {
  /** Of its bytes. */
  readonly size: number
  /** SHA-256 of its bytes, hex. */
  readonly digest: string
}

export function encodeSlot(slot: WaitingSlot): Uint8Array {
  const { collection, waitsFor, id, address, expires, size, digest } = slot
  return encodeFields([
    collection,
    waitsFor.kind,
    waitsFor.kind === 'path' ? waitsFor.path : waitsFor.keyId,
    id,
    address,
    expires,
    size,
    digest,
  ])
}

/** @throws StorageError DATA_FORMAT_UNKNOWN */
export function decodeSlot(number: number, bytes: Uint8Array): WaitingSlot {
  const [collection, kind, target, id, address, expires, size, digest] = decodeFields(bytes, 8)
  return {
    number,
    collection: textField(collection),
    waitsFor: decodeWaitingFor(textField(kind), textField(target)),
    id: textField(id),
    address: textField(address),
    expires: numberField(expires),
    size: numberField(size),
    digest: textField(digest),
  }
}

/** Are they variants of one thing? */
export function isVariant(a: Omit<NewWaitingItem, 'bytes'>, b: Omit<NewWaitingItem, 'bytes'>) {
  return a.collection === b.collection && a.id === b.id && isSameTarget(a.waitsFor, b.waitsFor)
}

export function isSameTarget(a: WaitingFor, b: WaitingFor): boolean {
  return a.kind === 'path'
    ? b.kind === 'path' && a.path === b.path
    : b.kind === 'key' && a.keyId === b.keyId
}

function decodeWaitingFor(kind: string, target: string): WaitingFor {
  if (kind === 'path') return { kind, path: target }
  if (kind === 'key') return { kind, keyId: target }
  throw unreadable()
}
