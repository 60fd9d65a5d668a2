/*
 * What this node came to know, in the order in which it did. Written in the batch of the rows that it tells of, so that
 * neither is there without the other. Of each subject only the last event is kept: whoever was away for long hears of
 * everything once, and nobody can fill the disk by changing his mind.
 */
import { createHash } from 'node:crypto'
import { encode } from 'cborg'
import type { IndexBatch } from './batch.ts'
import type { Bytes, IndexChange, Indexes } from './database.ts'
import { hex, type IteratorRange, rowKey, uint64, prefixRange } from './row-layout.ts'
import { decodeOwn } from './own-cbor.ts'

/** `rejection`: a certification that stood in the indexes turned out to be none. */
const KINDS = ['certification', 'rejection', 'withholding', 'restoration'] as const

export type IndexEvent =
  | { readonly kind: (typeof KINDS)[number]; readonly id: string }
  /** Feed key, and which kind of evidence there is against its writer. */
  | { readonly kind: 'evidence'; readonly feed: string; readonly evidence: string }

export interface NumberedEvent {
  /** Rises with each event; there are gaps. */
  readonly number: number
  readonly event: IndexEvent
}

/** Longer than what a crash of the machine can take away: numbers that somebody has seen are never given again. */
const GAP = 2 ** 20

const eventKey = (number: number): Bytes => rowKey('v', uint64(number))
/** Behind that number. */
const eventsAfter = (number: number): IteratorRange => ({
  gt: eventKey(number),
  lt: prefixRange(rowKey('v')).lt,
})
const numberOfEventKey = (row: Bytes): number =>
  Number(Buffer.from(row).readBigUInt64BE(row.length - 8))
/** @param subject 64 hex digits */
const lastEventOf = (subject: string): Bytes => rowKey('x', hex(subject))
const lastEventKey = (): Bytes => rowKey('z')

/** Puts an event at the end, in the place of the last one about the same subject. */
export async function putEvent(batch: IndexBatch, event: IndexEvent): Promise<void> {
  const subject = lastEventOf(subjectOf(event))
  const before = await batch.get(subject)
  if (before !== undefined) batch.del(eventKey(decodeNumber(before)))
  const number = decodeNumber(await batch.get(lastEventKey())) + 1
  const value = encodeNumber(number)
  batch.put(eventKey(number), encodeEvent(event))
  batch.put(subject, value)
  batch.put(lastEventKey(), value)
}

/** Is the last event about that of the same kind? */
export async function isLastEvent(
  batch: Pick<IndexBatch, 'get'>,
  event: IndexEvent,
): Promise<boolean> {
  const number = await batch.get(lastEventOf(subjectOf(event)))
  const last = number && (await batch.get(eventKey(decodeNumber(number))))
  return last !== undefined && decodeEvent(last).kind === event.kind
}

/** To be called once, in a batch that is synced before any other event is put. */
export async function beginEvents(batch: IndexBatch): Promise<void> {
  const last = decodeNumber(await batch.get(lastEventKey()))
  batch.put(lastEventKey(), encodeNumber(last + GAP))
}

/** 0 if there was never an event. */
export const lastNumber = async (indexes: Pick<Indexes, 'get'>): Promise<number> =>
  decodeNumber(await indexes.get(lastEventKey()))

/** The number of the last event in a batch; `undefined` if there is none in it. */
export function lastNumberIn(rows: readonly IndexChange[]): number | undefined {
  const last = lastEventKey()
  const row = rows.find(({ key }) => key.length === last.length && Buffer.compare(key, last) === 0)
  return row?.value === undefined ? undefined : decodeNumber(row.value)
}

/** In their order, at most `limit`. */
export async function eventsSince(
  indexes: Indexes,
  number: number,
  limit: number,
): Promise<readonly NumberedEvent[]> {
  const rows = await indexes.level.iterator({ ...eventsAfter(number), limit }).all()
  return rows.map(([key, value]) => ({ number: numberOfEventKey(key), event: decodeEvent(value) }))
}

function subjectOf(event: IndexEvent): string {
  if (event.kind !== 'evidence') return event.id
  return createHash('sha256').update(`${event.feed} ${event.evidence}`).digest('hex')
}

type Encoded = [number, Uint8Array] | [number, Uint8Array, string]
const EVIDENCE = KINDS.length

function encodeEvent(event: IndexEvent): Bytes {
  const encoded: Encoded =
    event.kind === 'evidence'
      ? [EVIDENCE, Buffer.from(event.feed, 'hex'), event.evidence]
      : [KINDS.indexOf(event.kind), Buffer.from(event.id, 'hex')]
  return encode(encoded)
}

function decodeEvent(value: Bytes): IndexEvent {
  const [kind, subject, evidence] = decodeOwn<Encoded>(value)
  const name = Buffer.from(subject).toString('hex')
  if (kind === EVIDENCE) return { kind: 'evidence', feed: name, evidence: evidence ?? '' }
  return { kind: KINDS[kind] ?? 'certification', id: name }
}

function encodeNumber(number: number): Bytes {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(number))
  return bytes
}

const decodeNumber = (value: Bytes | undefined): number =>
  value === undefined ? 0 : Number(Buffer.from(value).readBigUInt64BE())
