import type { Collection } from '../../certification/admission.ts'
import { newestFirst } from '../../certification/versions/order.ts'
import { childrenOf } from '../../indexes/paths.ts'
import { type Browse, list } from './browse.ts'
import { type WorkBudget, makeWorkBudget, SEEK_COST } from '../work-budget/work-budget.ts'
import type { Page, PageOf } from '../../contract/repository.ts'
import type { ListingEntry } from '../../contract/listing.ts'

/** A directory of a collection: its path, from the collection on. */
export interface Folder {
  readonly collection: Collection
  readonly path: readonly string[]
}

/** What is in a folder that can hold versions. */
export interface Children {
  /** Versions first, the newest first of all, then the others in byte order; `undefined`: too many to be sorted. */
  readonly sorted: readonly ListingEntry[] | undefined
  /** Which of `sorted` are versions. */
  readonly versions: ReadonlySet<ListingEntry>
}

/** So many names are sorted; nothing in Debian or on Maven Central has as many versions. */
const SORTED = 5000
/** Looking which children are versions costs no more, see {@link WorkBudget}. */
const LOOKING = 300_000
/** Of each child, so many of its own children. */
const LOOKED = 16

export async function childrenIn(browse: Browse, folder: Folder): Promise<Children> {
  if (!canHoldVersions(folder)) return { sorted: [], versions: new Set() }
  const { items, next } = await list(browse, folder.path, { limit: SORTED })
  const budget = makeWorkBudget(LOOKING)
  if (next !== undefined) return { sorted: undefined, versions: new Set() }
  const versions = await versionsAmong(browse, folder, { items, budget })
  if (budget.isSpent()) return { sorted: undefined, versions: new Set() }
  const byName = new Map([...versions].map((entry) => [entry.name, entry]))
  const newest = newestFirst([...byName.keys()], folder.collection.dialect)
  return {
    sorted: [
      ...newest.flatMap((name) => byName.get(name) ?? []),
      ...items.filter((entry) => !versions.has(entry)),
    ],
    versions,
  }
}

/** One page of them. A cursor is that of a listing, so that it has one form whatever the order. */
export async function pageIn(
  browse: Browse,
  folder: Folder,
  { children, page }: { readonly children: Children; readonly page: PageOf },
): Promise<Page<ListingEntry> & Pick<Children, 'versions'>> {
  const { sorted, versions } = children
  if (sorted === undefined) {
    const found = await list(browse, folder.path, page)
    const budget = makeWorkBudget(LOOKING)
    const among = await versionsAmong(browse, folder, { items: found.items, budget })
    return { ...found, versions: among }
  }
  const from = sorted.findIndex((entry) => cursorOf(entry) === page.after) + 1
  const items = sorted.slice(from, from + page.limit)
  const last = items.at(-1)
  const isMore = last !== undefined && from + page.limit < sorted.length
  return { items, versions, ...(isMore ? { next: cursorOf(last) } : {}) }
}

const cursorOf = ({ type, name }: ListingEntry): string =>
  type === 'collection' ? `${name}/` : name

/** Where `toSegments` places the versions of a dialect, as far as the depth tells it. */
const canHoldVersions = ({ collection, path }: Folder): boolean =>
  collection.dialect === 'jvm' ? path.length > 2 : path.length === 2

async function versionsAmong(
  browse: Browse,
  folder: Folder,
  { items, budget }: { readonly items: readonly ListingEntry[]; readonly budget: WorkBudget },
): Promise<ReadonlySet<ListingEntry>> {
  const versions = new Set<ListingEntry>()
  for (const entry of items) {
    if (entry.type === 'object') continue
    const isVersion =
      folder.collection.dialect !== 'jvm' ||
      (await holdsCertification(browse, [...folder.path, entry.name], budget))
    if (isVersion) versions.add(entry)
  }
  return versions
}

/**
 * Is something filed in that very directory by its own word? A group has as many segments as it likes, so that nothing
 * else tells a version from an artifact. A submitter's name is not asked: a directory is no version because somebody says so.
 */
async function holdsCertification(
  { indexes }: Browse,
  directory: readonly string[],
  budget: WorkBudget,
): Promise<boolean> {
  let looked = 0
  for await (const child of childrenOf(indexes, directory, undefined)) {
    budget.spend(SEEK_COST)
    if (child.type === 'object' && child.kind !== 'alias') return true
    looked += 1
    if (looked === LOOKED || budget.isSpent()) break
  }
  return false
}
