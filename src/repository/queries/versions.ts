import { makeAnswerCache } from '../work-budget/answer-cache.ts'
import type { Browse } from './browse.ts'
import { type Gate, unlessBusy } from '../work-budget/gate.ts'
import type { PageOf } from '../../contract/repository.ts'
import type { ListingEntry } from '../../contract/listing.ts'
import { type Children, childrenIn, type Folder, pageIn } from './version-folders.ts'
import type { VersionPage } from '../../contract/version-page.ts'
import type { TallyOfVersion, VersionTally } from '../../contract/version-tally.ts'
/** The versions in a folder, each with its tally; `undefined` if there are none. */
export type Versions = (folder: Folder, page: PageOf) => Promise<VersionPage | undefined>

/** Answers that are held: of folders with up to 5,000 names; of pages with up to 100, two for each. */
const FOLDERS = 8
const PAGES = 128

type Compared = ReadonlyMap<string, VersionTally | null>

/** The names are known, even when nothing can be compared at the moment. */
const UNSORTED: Children = { sorted: undefined, versions: new Set() }

/**
 * Lists versions with their tallies, as far as these can be had quickly.
 * @param comparing which of the names are versions is found out behind it
 */
export function makeVersions(
  browse: Browse,
  tallyOfVersion: TallyOfVersion,
  comparing: Gate,
): Versions {
  const { indexes } = browse
  const folders = makeAnswerCache(indexes, FOLDERS)
  const pages = makeAnswerCache(indexes, PAGES)
  return async (folder, page) => {
    const path = folder.path.join('/')
    const children = await unlessBusy(
      folders.remember(path, () => comparing.pass(() => childrenIn(browse, folder))),
      UNSORTED,
    )
    const question = `${page.limit} ${page.after ?? ''}\0${path}`
    const { items, versions, next } = await pages.remember(`names ${question}`, () =>
      pageIn(browse, folder, { children, page }),
    )
    if (versions.size === 0) return undefined
    const shown = items.filter((entry) => versions.has(entry))
    const tallies = await pages.remember(`tallies ${question}`, () =>
      compared(tallyOfVersion, folder, shown),
    )
    return {
      items: items.map((entry) =>
        versions.has(entry) ? { ...entry, tally: tallies.get(entry.name) ?? null } : entry,
      ),
      isSorted: children.sorted !== undefined,
      ...(next === undefined ? {} : { next }),
    }
  }
}

/** By name. */
async function compared(
  tallyOfVersion: TallyOfVersion,
  { path }: Folder,
  versions: readonly ListingEntry[],
): Promise<Compared> {
  const tallies = new Map<string, VersionTally | null>()
  for (const { name } of versions) tallies.set(name, await tallyOfVersion([...path, name]))
  return tallies
}
