import { DIALECTS } from './certification/dialects/dialects.ts'
import { ADMIT_WORDS, type CollectionConfig, DEFAULT_COLLECTIONS } from './config/collections.ts'
import type { State } from './state/database.ts'
import { putCollections, type StoredCollection, storedCollections } from './state/collections.ts'

/**
 * The collections of a node, remembered for whoever opens its data without its config file: a command that would not know
 * those that only the file names, and leave them out without a word.
 * @param asked of the config; the default ones are what nobody has named
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function rememberedCollections(
  state: State,
  asked: readonly CollectionConfig[],
): Promise<readonly CollectionConfig[]> {
  const kept = await storedCollections(state)
  const isNamed = asked !== DEFAULT_COLLECTIONS
  const collections = isNamed ? asked : [...served(kept), ...newDefaults(kept)]
  const names = new Set(collections.map(({ name }) => name))
  const rows = [
    ...collections.map((one) => ({
      ...one,
      isNamed: isNamed || kept.some(({ name, isNamed: was }) => was && name === one.name),
      isServed: true,
    })),
    ...kept.filter(({ name }) => !names.has(name)).map((one) => ({ ...one, isServed: false })),
  ]
  if (JSON.stringify(sorted(rows)) !== JSON.stringify(sorted(kept)))
    await putCollections(state, rows)
  return collections
}

/** By a version that knew more dialects or words, it cannot be served by this one. */
function served(kept: readonly StoredCollection[]): readonly CollectionConfig[] {
  return kept.flatMap(({ name, dialect: of, admit: whom, isServed }) => {
    const dialect = Object.values(DIALECTS).find((one) => one.name === of)?.name
    const admit = typeof whom === 'string' ? ADMIT_WORDS.find((word) => word === whom) : whom
    const isUsable = isServed && dialect !== undefined && admit !== undefined
    return isUsable ? [{ name, dialect, admit }] : []
  })
}

/** Who has named some wants no others. */
function newDefaults(kept: readonly StoredCollection[]): readonly CollectionConfig[] {
  if (kept.some(({ isNamed }) => isNamed)) return []
  return DEFAULT_COLLECTIONS.filter(({ name }) => kept.every((one) => one.name !== name))
}

const sorted = (rows: readonly StoredCollection[]) =>
  rows
    .map(({ name, dialect, admit, isNamed, isServed }) => [name, dialect, admit, isNamed, isServed])
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1))
