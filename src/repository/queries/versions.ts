import { makeAnswers } from '../work-budget/answers.ts'
import type { Browse } from './browse.ts'
import { type Gate, unlessBusy } from '../work-budget/gate.ts'
import type { ListingEntry, PageOf } from '../../contract/repository.ts'
import { type Children, childrenIn, type Folder, pageIn } from './version-folders.ts'
import type { VersionPage } from '../../contract/version-page.ts'
import type { Voices } from '../../contract/voices.ts'
import type { VoicesAt } from '../../contract/voices.ts'

/** The versions in a folder, each with its voices; `undefined` if there are none. */
export type Versions = (folder: Folder, page: PageOf) => Promise<VersionPage | undefined>

/** Answers that are held: of folders with up to 5,000 names; of pages with up to 100, two for each. */
const FOLDERS = 8
const PAGES = 128

type Compared = ReadonlyMap<string, Voices | null>

/** The names are known, even when nothing can be compared at the moment. */
const UNSORTED: Children = { sorted: undefined, versions: new Set() }

export function makeVersions(browse: Browse, voicesAt: VoicesAt, comparing: Gate): Versions {
  const { indexes } = browse
  const folders = makeAnswers(indexes, FOLDERS)
  const pages = makeAnswers(indexes, PAGES)
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
    const voices = await pages.remember(`voices ${question}`, () =>
      compared(voicesAt, folder, shown),
    )
    return {
      items: items.map((entry) =>
        versions.has(entry) ? { ...entry, voices: voices.get(entry.name) ?? null } : entry,
      ),
      isSorted: children.sorted !== undefined,
      ...(next === undefined ? {} : { next }),
    }
  }
}

/** By name. */
async function compared(
  voicesAt: VoicesAt,
  { path }: Folder,
  versions: readonly ListingEntry[],
): Promise<Compared> {
  const voices = new Map<string, Voices | null>()
  for (const { name } of versions) {
    voices.set(name, await voicesAt([...path, name]))
  }
  return voices
}
