/*
 * The two wires by which nodes speak of feeds. On the first one whatever is not known is malformed, so it never changes. On the
 * second one it is skipped and counted, so that later versions can say more. Feeds of format 1 alone are told on the first.
 */
import { arrayOf } from '../../feeds/format/value-checks.ts'
import { formatNamedBy } from '../../feeds/format/origin.ts'
import type { SkippedKind } from '../../contract/following.ts'

export type Wire = 1 | 2
export const WIRES = [1, 2] as const satisfies readonly Wire[]

export const CATALOG: Readonly<Record<Wire, string>> = {
  1: '/countersign/catalog/1',
  2: '/countersign/catalog/2',
}

/** News of one collection goes by one topic of each wire. */
export interface Topic {
  readonly wire: Wire
  readonly collection: string
}

export const topicOf = ({ wire, collection }: Topic): string =>
  `/countersign/announce/${wire}/${collection}`

/** The one wire by which it is announced that a feed has grown. @param originBlock its block 0 */
export const announcedOn = (originBlock: Uint8Array): Wire =>
  formatNamedBy(originBlock) === 1 ? 1 : 2

/** Is that feed told of in catalogs of that wire? The second one has all. */
export const isToldOn = (wire: Wire, originBlock: Uint8Array): boolean =>
  wire === 2 || announcedOn(originBlock) === 1

/** By which wire something is read, and who is told what was skipped. */
export interface Reading {
  readonly wire: Wire
  readonly skip: (kind: SkippedKind) => void
}

/** Fields of a later version behind those that are known. */
const MOST_FIELDS = 64

/**
 * The fields of an array that are known: on the second wire there may be more behind them.
 * @throws MalformedError ENTRY_SYNTAX
 */
export function fieldsOf(
  value: unknown,
  count: number,
  { wire, skip }: Reading,
): readonly unknown[] {
  const fields = arrayOf(value, { min: count, max: wire === 1 ? count : MOST_FIELDS })
  if (fields.length > count) skip('fields')
  return fields.slice(0, count)
}
