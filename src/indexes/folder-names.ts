import { hash } from 'node:crypto'
import { type FolderName, folderNames, type NamedFolder } from '../certification/folder-names.ts'
import type { Certification } from '../certification/certification.ts'
import {
  nameSuffixes,
  spellingDistance,
  wholeNames,
  deletionVariants,
  correctableWords,
} from '../certification/spelling.ts'
import { yieldMainThread } from '../base/main-thread.ts'
import type { IndexBatch } from './batch.ts'
import type { Bytes, Indexes } from './database.ts'
import { nameTable } from './certification-keys.ts'
import { prefixRange } from './row-layout.ts'

/*
 * The dictionary of names: one entry for each name of each folder, however many certifications are in it. Parts of a key
 * end in 0x00, which stands in no segment.
 *
 *   D c entry            how many certifications have it
 *   D w text 0 how 0 entry  by its name (how: 0), and by every end of it (1), see `spelling.ts`
 *   D t word             how many entries have that word
 *   D d sha256(text):8 word   by the word without one of its letters
 *
 * entry: kind 0 name 0 collection 0 segment 0 …
 */

/** How a text stands to a name: all of it, an end of it, the beginning of the name or of an end. */
export type Match = 'whole' | 'end' | 'beginning'

const WHOLE = '0'
const END = '1'
const EMPTY: Bytes = new Uint8Array()
const KINDS = { source: 's', package: 'p', group: 'g' } as const
const KIND_OF: ReadonlyMap<string, FolderName['kind']> = new Map([
  ['s', 'source'],
  ['p', 'package'],
  ['g', 'group'],
])
/** Entries that are written before others have their turn. */
const AT_ONCE = 256

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const bytesOf = (text: string): Bytes => encoder.encode(text)
const hashOf = (text: string): Bytes => hash('sha256', text, 'buffer').subarray(0, 8)

/**
 * To be called once when a certification comes into a collection (`by` 1), and once when it leaves it (-1): what has gone is
 * as if it had never come.
 */
export async function countNames(
  batch: IndexBatch,
  {
    certification,
    collection,
  }: { readonly certification: Certification; readonly collection: string },
  by: 1 | -1,
): Promise<void> {
  const words = new Map<string, number>()
  let written = 0
  for (const named of folderNames(certification)) {
    const entry = [KINDS[named.kind], named.name, collection, ...named.folder].join('\0')
    if (!(await addTo(batch, nameTable('c', bytesOf(`${entry}\0`)), by))) continue
    for (const whole of wholeNames(named.name))
      set(batch, nameTable('w', bytesOf(`${whole}\0${WHOLE}\0${entry}\0`)), by)
    for (const end of nameSuffixes(named.name))
      set(batch, nameTable('w', bytesOf(`${end}\0${END}\0${entry}\0`)), by)
    for (const word of correctableWords(named.name)) words.set(word, (words.get(word) ?? 0) + by)
    written += 1
    if (written % AT_ONCE === 0) await yieldMainThread()
  }
  for (const [word, many] of words) {
    if (!(await addTo(batch, nameTable('t', bytesOf(word)), many))) continue
    for (const text of deletionVariants(word))
      set(batch, nameTable('d', hashOf(text), bytesOf(word)), by)
  }
}

function set(batch: IndexBatch, key: Bytes, by: 1 | -1): void {
  if (by === 1) batch.put(key, EMPTY)
  else batch.del(key)
}

/** @returns has it come, or gone? */
async function addTo(batch: IndexBatch, key: Bytes, by: number): Promise<boolean> {
  const value = await batch.get(key)
  const before = value === undefined ? 0 : Number(decoder.decode(value))
  if (before + by === 0) batch.del(key)
  else batch.put(key, bytesOf(String(before + by)))
  return before === 0 || before + by === 0
}

/**
 * Entries whose names have that text so; of those that begin with it the shortest first.
 * @param text as `normalizedName` in `spelling.ts` makes it
 */
export async function* foldersNamed(
  indexes: Indexes,
  text: string,
  match: Match,
): AsyncGenerator<NamedFolder> {
  const range = prefixRange(nameTable('w', bytesOf(text)))
  const exactly = (how: string) => prefixRange(nameTable('w', bytesOf(`${text}\0${how}\0`)))
  const wanted =
    match === 'beginning'
      ? { gte: exactly(END).lt, lt: range.lt }
      : exactly(match === 'whole' ? WHOLE : END)
  for await (const key of indexes.level.keys(wanted)) {
    const parts = Buffer.from(key.subarray(2, -1)).toString().split('\0')
    const [, , kind = '', name = '', collection = '', ...folder] = parts
    yield { kind: KIND_OF.get(kind) ?? 'group', name, collection, folder }
  }
}

/** Of each spelling without a letter so many are read. */
const ALIKE = 32

/** Words of names here that are that word, or one letter away from it, at most two: the likest first. */
export async function wordsLike(
  indexes: Indexes,
  word: string,
  limit: number,
): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const text of deletionVariants(word)) {
    const prefix = nameTable('d', hashOf(text))
    for (const key of await indexes.level.keys({ ...prefixRange(prefix), limit: ALIKE }).all())
      found.add(Buffer.from(key.subarray(prefix.length)).toString())
  }
  return [...found]
    .toSorted((one, other) => spellingDistance(word, one) - spellingDistance(word, other))
    .slice(0, limit)
}
