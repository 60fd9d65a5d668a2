/* What stands at a path of a collection. */
import type { Collection } from '../certification/admission.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import { certificationRow } from '../indexes/certifications.ts'
import { type QueryContext, collectionOf } from './queries/query-context.ts'
import { list, resolve, sbtListing, spellings } from './queries/browse.ts'
import { readServedBytes } from './queries/served.ts'
import { makeTallyOfVersion } from './queries/tally-at.ts'
import { makeVersions } from './queries/versions.ts'
import { makeAnswerCache } from './work-budget/answer-cache.ts'
import type { Gates } from './work-budget/gates.ts'

export type PathAnswers = Pick<
  NodeRepository,
  'served' | 'resolve' | 'list' | 'versions' | 'sbtListing' | 'tallyOfVersion'
>

/** Answers that are asked for again and again; a listing has up to 1,000 names. */
const ROWS = 4096
const LISTINGS = 64

/**
 * Answers about what stands below a path. Each of them reads and throws StorageError DISK; those that cost much pass a gate
 * first.
 */
export function makePathAnswers(context: QueryContext, gates: Gates): PathAnswers {
  const { indexes, withheld, entries } = context
  const answers = makeAnswerCache(indexes, ROWS)
  const listings = makeAnswerCache(indexes, LISTINGS)
  const served: NodeRepository['served'] = async (id) => {
    const { row } = await answers.remember(`row ${id}`, async () => ({
      row: withheld.get(id) === undefined ? await certificationRow(indexes, id) : undefined,
    }))
    return row === undefined ? undefined : readServedBytes(row, entries)
  }
  const browse = { indexes, served }
  const tallyOfVersion = makeTallyOfVersion(context)
  const versions = makeVersions(browse, tallyOfVersion, gates.versionPages)
  const directoryOf = async (collection: Collection, segments: readonly string[]) => {
    const path = [collection.name, ...segments]
    const [found] = await spellings(browse, collection, path)
    return found ?? path
  }
  return {
    served,
    tallyOfVersion,
    resolve: async (name, segments) => {
      const collection = collectionOf(context, name)
      const question = `resolve ${name}/${segments.join('/')}`
      const { found } = await answers.remember(question, async () => ({
        found: await resolve(browse, collection, segments),
      }))
      const isEmptied = found === undefined && withheld.below([name, ...segments]) > 0
      return isEmptied ? { kind: 'listing' } : found
    },
    list: async (name, segments, page) => {
      const collection = collectionOf(context, name)
      const question = `list ${page.limit} ${page.after ?? ''}\0${name}/${segments.join('/')}`
      return listings.remember(question, async () =>
        list(browse, await directoryOf(collection, segments), page),
      )
    },
    versions: async (name, segments, page) => {
      const collection = collectionOf(context, name)
      return versions({ collection, path: await directoryOf(collection, segments) }, page)
    },
    sbtListing: async (name, segments) => {
      const collection = collectionOf(context, name)
      const directory = await directoryOf(collection, segments)
      return gates.listing.pass(() => sbtListing(browse, collection, directory))
    },
  }
}
