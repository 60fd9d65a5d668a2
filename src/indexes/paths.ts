import type { Bytes, VisibleIndexes } from './database.ts'
import { afterDirectory, afterFile, directoryKey, filesNamed } from './certification-keys.ts'
import { rangeAfter, prefixRange } from './row-layout.ts'
import { rebuilderDirectoryKey } from './rebuilder-keys.ts'

/**
 * `header`, `module`: by the document's own sources; `alias`: a submitter's word, never evidence; `placing`: the same, for a
 * document without a version, of which nobody says that it belongs elsewhere.
 */
const KINDS = ['header', 'module', 'alias', 'placing'] as const
export type PathKind = (typeof KINDS)[number]

export interface PathRow {
  readonly id: string
  readonly kind: PathKind
  readonly hasDate: boolean
}

/** A child of a directory. */
export type Child =
  | { readonly type: 'collection'; readonly name: string }
  | ({ readonly type: 'object'; readonly name: string } & PathRow)

export function encodePathRow({ id, kind, hasDate }: PathRow): Bytes {
  return Buffer.concat([
    Uint8Array.of(KINDS.indexOf(kind), hasDate ? 1 : 0),
    Buffer.from(id, 'hex'),
  ])
}

function decodePathRow(value: Bytes): PathRow {
  return {
    id: Buffer.from(value.subarray(2)).toString('hex'),
    kind: KINDS[value[0] ?? 0] ?? 'alias',
    hasDate: value[1] === 1,
  }
}

/** What is filed under this name, several if an alias is claimed twice. */
export async function filesAt(
  indexes: VisibleIndexes,
  segments: readonly string[],
  name: string,
): Promise<readonly PathRow[]> {
  const values = await indexes.level.values(filesNamed(segments, name)).all()
  return values.map(decodePathRow).filter(({ id }) => !indexes.isHidden(id))
}

export async function directoryExists(
  indexes: VisibleIndexes,
  segments: readonly string[],
): Promise<boolean> {
  for await (const value of indexes.level.values(prefixRange(directoryKey(segments))))
    if (!indexes.isHidden(decodePathRow(value).id)) return true
  return false
}

/**
 * The children of a directory in byte order, files and directories, from behind the child `after`
 * (a name, with `/` behind it if it is a directory). A directory costs one seek, however much is below it.
 */
export async function* childrenOf(
  indexes: VisibleIndexes,
  segments: readonly string[],
  after: string | undefined,
): AsyncGenerator<Child> {
  const prefix = directoryKey(segments)
  const { gte, lt } = prefixRange(prefix)
  const from = after === undefined ? gte : afterChild(segments, after)
  const iterator = indexes.level.iterator({ gte: from, lt })
  try {
    for (let row = await iterator.next(); row !== undefined; row = await iterator.next()) {
      const [key, value] = row
      // a directory has a name as soon as one file below it is shown
      if (indexes.isHidden(decodePathRow(value).id)) continue
      const end = key.findIndex((byte, at) => at >= prefix.length && byte <= 1)
      const name = Buffer.from(key.subarray(prefix.length, end)).toString()
      if (key[end] === 1) yield { type: 'object', name, ...decodePathRow(value) }
      else {
        yield { type: 'collection', name }
        iterator.seek(afterDirectory(segments, name))
      }
    }
  } finally {
    await iterator.close()
  }
}

/** What is filed somewhere below a directory. */
export interface FiledBelow extends PathRow {
  readonly key: Bytes
}

/** Rows that come together: about half a millisecond. */
const TOGETHER = 256

/** Everything at any depth below a directory, several at once: one by one each would cost more than it takes to look at it. */
export async function* filesBelowInBatches(
  indexes: VisibleIndexes,
  segments: readonly string[],
  after: Bytes | undefined,
): AsyncGenerator<readonly FiledBelow[], void, void> {
  const range = rangeAfter(prefixRange(directoryKey(segments)), after)
  const iterator = indexes.level.iterator(range)
  try {
    for (
      let rows = await iterator.nextv(TOGETHER);
      rows.length > 0;
      rows = await iterator.nextv(TOGETHER)
    )
      yield rows
        .map(([key, value]) => ({ key, ...decodePathRow(value) }))
        .filter(({ id }) => !indexes.isHidden(id))
  } finally {
    await iterator.close()
  }
}

/** Does a file below a directory stand in another one there? */
export function makeIsInSubdirectory(segments: readonly string[]): (key: Bytes) => boolean {
  const { length } = directoryKey(segments)
  return (key) => {
    for (let at = length; at < key.length; at += 1) if (Number(key[at]) <= 1) return key[at] === 0
    return false
  }
}

/** {@link filesBelowInBatches}, one by one. */
export async function* filesBelow(
  indexes: VisibleIndexes,
  segments: readonly string[],
  after: Bytes | undefined,
): AsyncGenerator<FiledBelow, void, void> {
  for await (const files of filesBelowInBatches(indexes, segments, after)) yield* files
}

/**
 * Ids of what one rebuilder certified below a directory, by its own word. Its rows stand beside nobody else's: what others
 * file there costs nothing. Of an aggregate, only the sources that its row keeps are found here.
 */
export async function* filesBelowOfRebuilder(
  indexes: VisibleIndexes,
  fingerprint: string,
  segments: readonly string[],
): AsyncGenerator<PathRow> {
  const range = prefixRange(rebuilderDirectoryKey(fingerprint, segments))
  for await (const value of indexes.level.values(range)) {
    const row = decodePathRow(value)
    if (!indexes.isHidden(row.id)) yield row
  }
}

function afterChild(segments: readonly string[], after: string): Bytes {
  return after.endsWith('/')
    ? afterDirectory(segments, after.slice(0, -1))
    : afterFile(segments, after)
}
