/* What somebody may mean by a few words: a checksum, a fingerprint, an id, a file, a package, an address. */
import { makeWorkBudget } from '../../repository/work-budget/work-budget.ts'
import { unlessBusy } from '../../repository/work-budget/gate.ts'
import type { Hit, SearchAnswer } from '../../contract/listing.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import { findMeaning, folderHit } from './search-meaning.ts'
import { rebuildersNamed } from './search-hex.ts'
import { readTyped } from './typed/typed.ts'

const MAX_QUERY = 512
/** How many meanings are looked up for one question; each costs a few rows. */
const MEANINGS = 64
/** How many folders are looked into. */
const LOOKS = 200
/** How many folders of one name the answer has. */
const FOLDERS = 20

/**
 * Finds what a text may mean. It asks the indexes by whole names or by their beginnings, and scans only user ids, where
 * nothing else fits. It tries the meanings that the form of the text allows in order, and answers with the first that lead
 * anywhere.
 * @param people are user ids looked through?
 */
export async function search(
  repository: NodeRepository,
  given: string,
  people = true,
): Promise<SearchAnswer> {
  const { text, steps } = readTyped(given.slice(0, MAX_QUERY))
  if (text === '') return { hits: [], near: [] }
  const bounded = withinBounds(repository)
  let left = MEANINGS
  const near: Hit[] = []
  for (const step of steps) {
    const hits: Hit[] = []
    for (const meaning of step.slice(0, left)) {
      const found = await findMeaning(bounded, meaning)
      hits.push(...found.hits)
      near.push(...found.near)
    }
    left -= step.length
    if (hits.length > 0) return { hits: once(hits), near: [] }
    if (left <= 0) break
  }
  const named = await repository.foldersWith(text, FOLDERS)
  const persons = people ? await byUserId(repository, text) : []
  const hits = [...persons, ...named.map(folderHit)]
  if (hits.length > 0) return { hits: once(hits), near: [] }
  const like = await repository.foldersLike(text, FOLDERS)
  return { hits: [], near: once([...near, ...like.map(folderHit)]) }
}

/** The same repository, which shows every folder as empty once {@link LOOKS} folders were looked into. */
function withinBounds(repository: NodeRepository): NodeRepository {
  const budget = makeWorkBudget(LOOKS)
  return {
    ...repository,
    list: async (...question) => {
      budget.spend(1)
      return budget.isSpent() ? { items: [] } : repository.list(...question)
    },
    foldersNamed: async (...question) => {
      budget.spend(1)
      return budget.isSpent() ? [] : repository.foldersNamed(...question)
    },
  }
}

/** What a rebuilder calls itself: of three letters at least. */
const byUserId = async (repository: NodeRepository, text: string): Promise<readonly Hit[]> => {
  const words = text.replaceAll(/[<>()",;]|^mailto:/g, ' ').trim()
  return words.length < 3 ? [] : unlessBusy(rebuildersNamed(repository, words), [])
}

const once = (hits: readonly Hit[]): readonly Hit[] =>
  [...new Map(hits.map((hit) => [hit.url, hit])).values()].slice(0, FOLDERS * 2)
