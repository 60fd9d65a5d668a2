import type { NamedFolder } from '../../certification/folder-names.ts'
import { isCorrectable, normalizedName } from '../../certification/spelling.ts'
import type { Names } from '../../contract/names.ts'
import type { VisibleIndexes } from '../../indexes/database.ts'
import { directoryExists } from '../../indexes/paths.ts'
import { foldersNamed, type Match, wordsLike } from '../../indexes/folder-names.ts'

/** Names that are looked at for one spelling, and words that one of its words may be. */
const LOOKED_AT = 100
const OTHERS = 6
/** Spellings that are tried. */
const SPELLINGS = 24
/** Words of a question that are mended. */
const WORDS = 6

/** Finds folders by the names that are in the indexes. It reads nothing before it is asked. */
export function makeNames(indexes: VisibleIndexes): Names {
  return {
    foldersNamed: async (text, limit) => once(await look(indexes, [text, 'whole'], limit), limit),
    foldersWith: async (text, limit) => {
      const ends = await look(indexes, [text, 'end'], limit)
      const beginnings = await look(indexes, [text, 'beginning'], limit)
      return once([...ends, ...beginnings], limit)
    },
    foldersLike: async (text, limit) => {
      const found: NamedFolder[] = []
      for (const spelling of await spellings(indexes, normalizedName(text))) {
        found.push(...(await look(indexes, [spelling, 'whole'], limit)))
        found.push(...(await look(indexes, [spelling, 'end'], limit)))
        if (found.length >= limit) break
      }
      return once(found, limit)
    },
  }
}

async function look(
  indexes: VisibleIndexes,
  [text, match]: readonly [string, Match],
  limit: number,
): Promise<readonly NamedFolder[]> {
  const words = normalizedName(text)
  const found: NamedFolder[] = []
  let looked = 0
  for await (const one of words === '' ? [] : foldersNamed(indexes, words, match)) {
    // a submitter's name can place what has no version, or not
    if (await directoryExists(indexes, [one.collection, ...one.folder])) found.push(one)
    looked += 1
    if (found.length === limit || looked === LOOKED_AT) break
  }
  return found
}

function once(found: readonly NamedFolder[], limit: number): readonly NamedFolder[] {
  const folders = new Map<string, NamedFolder>()
  for (const one of found) {
    const path = [one.collection, ...one.folder].join('/')
    if (!folders.has(path)) folders.set(path, one)
  }
  return [...folders.values()].slice(0, limit)
}

/** With one letter of any word mended; then without the first words, and without the last. */
async function spellings(indexes: VisibleIndexes, text: string): Promise<readonly string[]> {
  const words = text.split('-').slice(0, WORDS)
  if (text === '') return []
  let all: readonly (readonly string[])[] = [[]]
  for (const word of words) {
    const others = isCorrectable(word) ? await wordsLike(indexes, word, OTHERS) : []
    const choices = others.length === 0 ? [word] : others
    all = all.flatMap((before) => choices.map((one) => [...before, one])).slice(0, SPELLINGS)
  }
  const shorter = words.flatMap((_, at) =>
    at === 0 ? [] : all.flatMap((one) => [one.slice(at), one.slice(0, -at)]),
  )
  return [...new Set([...all, ...shorter].map((one) => one.join('-')))].slice(0, SPELLINGS * 2)
}
