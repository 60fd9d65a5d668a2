import { encode } from 'cborg'
import type { IndexBatch } from './batch.ts'
import type { FeedPosition } from './certification-row.ts'
import type { Bytes } from './database.ts'
import { movedKey, originalKey, withholdingKey } from './feed-keys.ts'
import { decodeOwn } from './own-cbor.ts'

/** An entry of a cleared block stands elsewhere in its feed now. */
export function putMove(
  batch: IndexBatch,
  feed: string,
  { from, to }: { readonly from: FeedPosition; readonly to: FeedPosition },
): void {
  batch.put(movedKey(feed, from), encode([to.sequence, to.position]))
  batch.put(originalKey(feed, to), encode([from.sequence, from.position]))
}

/** Where a feed has the entry of a place now, however often it was appended again. */
export function placeNow(
  from: Pick<IndexBatch, 'get'>,
  feed: string,
  place: FeedPosition,
): Promise<FeedPosition> {
  return followed(place, (one) => from.get(movedKey(feed, one)))
}

/** Where it had it first. */
export function placeAtFirst(
  from: Pick<IndexBatch, 'get'>,
  feed: string,
  place: FeedPosition,
): Promise<FeedPosition> {
  return followed(place, (one) => from.get(originalKey(feed, one)))
}

/** Ends: each step leads forwards, or each one back. */
async function followed(
  place: FeedPosition,
  step: (place: FeedPosition) => Promise<Bytes | undefined>,
): Promise<FeedPosition> {
  const { sequence, position } = place
  const row = await step({ sequence, position })
  if (row === undefined) return { sequence, position }
  const [nextSequence, nextPosition] = decodeOwn<[number, number]>(row)
  return followed({ sequence: nextSequence, position: nextPosition }, step)
}

/** What a feed says of a place that it cleared. */
export interface Withholding {
  readonly id: string
  readonly reason: string
  readonly code: string
  readonly at: number
}

export function putWithholding(
  batch: IndexBatch,
  place: FeedPosition & { readonly feed: string },
  { id, reason, code, at }: Withholding,
): void {
  batch.put(withholdingKey(place.feed, place), encode([Buffer.from(id, 'hex'), reason, code, at]))
}

/** `undefined`: the feed says nothing of that place. */
export async function withholdingAt(
  from: Pick<IndexBatch, 'get'>,
  place: FeedPosition & { readonly feed: string },
): Promise<Withholding | undefined> {
  const row = await from.get(withholdingKey(place.feed, place))
  if (row === undefined) return undefined
  const [id, reason, code, at] = decodeOwn<[Uint8Array, string, string, number]>(row)
  return { id: Buffer.from(id).toString('hex'), reason, code, at }
}
