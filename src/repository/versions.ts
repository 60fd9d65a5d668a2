import { voicesOf, type Voices } from '../certification/voices.ts'
import { type AgreementParts, groupsBelow } from './agreement-below.ts'
import { makeAnswers } from './answers.ts'
import type { BrowseParts } from './browse.ts'
import { makeEffort, partOf } from './effort.ts'
import { type Gate, unlessBusy } from './gate.ts'
import type { ListingEntry, PageOf } from './repository.ts'
import { type Children, childrenIn, type Folder, pageIn } from './version-folders.ts'
import type { VersionPage } from './version-page.ts'

export interface VersionsParts extends AgreementParts {
  readonly browse: BrowseParts
  readonly comparing: Gate
}

/** The versions in a folder, each with its voices; `undefined` if there are none. */
export type Versions = (folder: Folder, page: PageOf) => Promise<VersionPage | undefined>

/** One page costs no more, see {@link Effort}; nor does one of its versions, so that who fills it takes the others little. */
const PAGE = 1_000_000
const VERSION = 100_000
/** Answers that are held: of folders with up to 5,000 names; of pages with up to 100, two for each. */
const FOLDERS = 8
const PAGES = 128

type Compared = ReadonlyMap<string, Voices>

/** The names are known, even when nothing can be compared at the moment. */
const UNSORTED: Children = { sorted: undefined, versions: new Set() }
const NO_VOICES: Compared = new Map()

export function makeVersions(parts: VersionsParts): Versions {
  const { browse, comparing, indexes } = parts
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
    const voices = await unlessBusy(
      pages.remember(`voices ${question}`, () =>
        comparing.pass(() => compared(parts, folder, shown)),
      ),
      NO_VOICES,
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

/** By name; who comes behind what the page may cost has none. */
async function compared(
  parts: AgreementParts,
  { path }: Folder,
  versions: readonly ListingEntry[],
): Promise<Compared> {
  const voices = new Map<string, Voices>()
  const whole = makeEffort(PAGE)
  for (const { name } of versions) {
    if (whole.isSpent()) break
    const effort = partOf(whole, VERSION)
    const groups = await groupsBelow(parts, [...path, name], effort)
    // half of a comparison would show somebody alone who is not
    if (!effort.isSpent()) voices.set(name, voicesOf(groups))
  }
  return voices
}
