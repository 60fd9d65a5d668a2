import type { IndexBatch } from './batch.ts'
import type { Bytes, Indexes } from './database.ts'
import { type Range, rowKey, prefixRange } from './row-layout.ts'

/** How many certifications a collection has, or a rebuilder has made. Kept in the batch that changes it. */
export const collectionCounter = (collection: string): string => `collection/${collection}`
export const rebuilderCounter = (fingerprint: string): string => `rebuilder/${fingerprint}`
/** Of these, how many count in an agreement. */
export const countingCounter = (fingerprint: string): string => `counting/${fingerprint}`
const REBUILDERS = 'rebuilder/'
/** How many rebuilders have a certification, and how many keys are known. */
const REBUILDER_COUNT = 'rebuilders'
export const KEY_COUNT = 'keys'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const counterKey = (name: string): Bytes => rowKey('q', encoder.encode(name))
const countersNamed = (prefix: string): Range => prefixRange(rowKey('q', encoder.encode(prefix)))
const nameOfCounterKey = (row: Bytes): string => decoder.decode(row.subarray(1))

const decode = (value: Bytes | undefined): number =>
  value === undefined ? 0 : Number(decoder.decode(value))

export async function addToCounter(batch: IndexBatch, name: string, by: number): Promise<void> {
  const key = counterKey(name)
  const before = decode(await batch.get(key))
  const count = before + by
  const change = Number(count !== 0) - Number(before !== 0)
  if (name.startsWith(REBUILDERS) && change !== 0)
    await addToCounter(batch, REBUILDER_COUNT, change)
  // what has gone is as if it had never come
  if (count === 0) batch.del(key)
  else batch.put(key, encoder.encode(String(count)))
}

export const readCounter = async (indexes: Indexes, name: string): Promise<number> =>
  decode(await indexes.get(counterKey(name)))

/** Fingerprints in order, each with its number of certifications, from behind `after`. */
export async function* rebuilderCounts(
  indexes: Indexes,
  after: string | undefined,
): AsyncGenerator<{ readonly fingerprint: string; readonly certifications: number }> {
  const { gte, lt } = countersNamed(REBUILDERS)
  const range = after === undefined ? { gte } : { gt: counterKey(rebuilderCounter(after)) }
  for await (const [key, value] of indexes.level.iterator({ ...range, lt }))
    yield {
      fingerprint: nameOfCounterKey(key).slice(REBUILDERS.length),
      certifications: decode(value),
    }
}

export const countRebuilders = async (indexes: Indexes): Promise<number> =>
  readCounter(indexes, REBUILDER_COUNT)
