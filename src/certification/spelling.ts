/* How people write a name, and how they miswrite it. */

/** Names have few words; what stands behind them is found by the first. */
const MAX_WORDS = 12
/** Words that are mended when one letter is wrong: of shorter ones every other is one letter away. */
const CORRECTABLE = { shortest: 3, longest: 24 } as const

/** In lower case, with one hyphen for whatever separates words: `Commons CSV` and `commons_csv` are `commons-csv`. May be empty. */
export function normalizedName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
}

/** The whole of a name, with its hyphens and without; what is longer than 12 words is cut. */
export function wholeNames(name: string): readonly string[] {
  const words = wordsIn(name)
  return [...new Set([words.join('-'), words.join('')])].filter((one) => one !== '')
}

/** Where else it can begin for who asks: `jetty-http2-client` at `http2-client` and `client`. Not at a digit: versions do. */
export const nameSuffixes = (name: string): readonly string[] => {
  const words = wordsIn(name)
  return words.flatMap((word, at) =>
    at === 0 || /^\d/.test(word) ? [] : [words.slice(at).join('-')],
  )
}

const wordsIn = (name: string): readonly string[] =>
  normalizedName(name).split('-').slice(0, MAX_WORDS)

/** Words of a name that can be mended, each once. */
export const correctableWords = (name: string): readonly string[] =>
  [...new Set(wordsIn(name))].filter(isCorrectable)

export const isCorrectable = (word: string): boolean =>
  word.length >= CORRECTABLE.shortest && word.length <= CORRECTABLE.longest && !/^\d/.test(word)

/**
 * The word itself, and without each of its letters: two words that differ by one letter, missing, added, other or swapped
 * with its neighbour, have one of these in common.
 */
export function deletionVariants(word: string): readonly string[] {
  return [
    ...new Set([word, ...Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1))]),
  ]
}

/** How much one word looks like another that is one letter away: swapped letters, then one too many or too few, then another one. */
export function spellingDistance(word: string, other: string): number {
  const isSwapped = lettersOf(word) === lettersOf(other)
  const kind = word === other ? 0 : isSwapped ? 1 : word.length === other.length ? 3 : 2
  return 2 * kind + (word[0] === other[0] ? 0 : 1)
}

const lettersOf = (word: string): string => Array.from(word).toSorted().join('')
