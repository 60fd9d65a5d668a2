import { segmentProblem } from '../../certification/artifacts/segment.ts'
import { plainVersion } from './typed/meaning.ts'
import type { NamedFolder } from '../../certification/folder-names.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'

/** Versions that begin as what is asked for, and versions in which one without its epoch is looked for. */
const BEGINNING = 20
const EPOCHS = 200
/** Beginnings of what is asked for that are tried. */
const CUTS = 8
/** What stands behind the version in the name of a file. */
const EXTENSION =
  /(?:[._-](?:orig|debian|src|sources|javadoc|any|all|amd64|arm64|i386|x86_64|aarch64))*(?:\.(?:tar|t?gz|xz|bz2|zst|zip|dsc|deb|udeb|jar|pom|war|rpm|pkg|exe|dmg|buildinfo|changes|asc|sig|html?|diff|apk|whl))+$/i

/** Whole paths of the versions in a folder that one of these texts may mean: that very one, one that begins so, or one with which it begins. */
export async function versionsIn(
  repository: NodeRepository,
  { collection, folder }: NamedFolder,
  texts: readonly string[],
): Promise<readonly (readonly string[])[]> {
  for (const text of texts) {
    const names = await named(repository, { collection, folder }, plainVersion(text))
    if (names.length > 0) return names.map((name) => [collection, ...folder, name])
  }
  return []
}

async function named(
  repository: NodeRepository,
  { collection, folder }: Pick<NamedFolder, 'collection' | 'folder'>,
  text: string,
): Promise<readonly string[]> {
  const exists = async (name: string): Promise<boolean> =>
    segmentProblem(name) === undefined &&
    (await repository.list(collection, [...folder, name], { limit: 1 })).items.length > 0
  const children = async (after: string | undefined, limit: number): Promise<readonly string[]> => {
    const { items } = await repository.list(collection, folder, { after, limit })
    return items
      .filter(({ type }) => type === 'collection')
      .map((one) => one.name.replace(/\/$/, ''))
  }
  const bare = text.replace(EXTENSION, '')
  for (const one of new Set([text, bare])) {
    if (one === '') continue
    if (await exists(one)) return [one]
    const longer = await children(one, BEGINNING)
    const beginning = longer.filter(
      (name) => name.startsWith(one) && !/^\d/.test(name.slice(one.length)),
    )
    if (beginning.length > 0) return beginning
  }
  for (const cut of cutsOf(text)) if (await exists(cut)) return [cut]
  const epochs = (await children(undefined, EPOCHS)).filter((name) => {
    const version = name.replace(/^\d+:/, '')
    return version !== name && (version === bare || bare.startsWith(`${version}_`))
  })
  return epochs
}

/** What it begins with, up to a mark between words: the longest first. */
function cutsOf(text: string): readonly string[] {
  const ends = [...text.matchAll(/[^\p{L}\p{N}]+/gu)].map(({ index }) => index)
  return ends
    .toReversed()
    .slice(-CUTS)
    .map((end) => text.slice(0, end))
    .filter((cut) => cut !== '')
}
