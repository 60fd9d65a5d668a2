import { encodePath } from '../../certification/path.ts'
import { segmentProblem } from '../../certification/artifacts/segment.ts'
import { normalizedName } from '../../certification/spelling.ts'
import { MalformedError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { NamedFolder } from '../../certification/folder-names.ts'
import { findHex } from './search-hex.ts'
import { findPage } from './search-page.ts'
import { versionsIn } from './search-version.ts'
import type { Hit, SearchAnswer } from '../../contract/listing.ts'
import type { Meaning } from './typed/meaning.ts'

/** Folders of one name that are looked at. */
const FOLDERS = 20
/** Of these, in how many a version is looked for. */
const WITH_VERSIONS = 5

export async function findMeaning(
  repository: NodeRepository,
  meaning: Meaning,
): Promise<SearchAnswer> {
  switch (meaning.kind) {
    case 'hex':
      return exactly(await findHex(repository, meaning.hex))
    case 'page':
      return exactly(await findPage(repository, meaning.segments))
    case 'file':
      return exactly(await findFile(repository, meaning.name))
    case 'path':
      return exactly(await findPath(repository, meaning.segments))
    case 'version': {
      const found = await findVersion(repository, meaning.version)
      return meaning.isGuess === true ? { hits: [], near: found } : exactly(found)
    }
    case 'named':
      return findNamed(repository, meaning)
    default:
      return meaning
  }
}

const exactly = (hits: readonly Hit[]): SearchAnswer => ({ hits, near: [] })

export const folderHit = ({ collection, folder }: NamedFolder): Hit =>
  sourceHit([collection, ...folder])

const sourceHit = (path: readonly string[]): Hit => ({
  kind: 'source',
  name: path.join(' / '),
  url: `/${encodePath(path)}/`,
})

async function findFile(repository: NodeRepository, name: string): Promise<readonly Hit[]> {
  try {
    const { items } = await repository.artifactsByName(name, { limit: 1 })
    const url = `/artifacts?name=${encodeURIComponent(name)}`
    return items.length === 0 ? [] : [{ kind: 'artifact', name, url }]
  } catch (error) {
    if (error instanceof MalformedError) return []
    throw error
  }
}

/** `hello`, `hello/2.10-3`, `org.example`, `org/example/tool/1.0`; a collection itself. */
async function findPath(
  repository: NodeRepository,
  segments: readonly string[],
): Promise<readonly Hit[]> {
  if (segments.length === 0 || segments.some((one) => segmentProblem(one) !== undefined)) return []
  const [first = '', ...rest] = segments
  const hits: Hit[] = []
  for (const { name, dialect } of repository.collections) {
    if (rest.length === 0 && first.toLowerCase() === name) hits.push(sourceHit([name]))
    const path = dialect === 'jvm' ? [...first.split('.').filter(Boolean), ...rest] : segments
    if (path.length === 0) continue
    const { items } = await repository.list(name, path, { limit: 1 })
    if (items.length > 0) hits.push(sourceHit([name, ...path]))
  }
  return hits
}

async function findVersion(repository: NodeRepository, version: string): Promise<readonly Hit[]> {
  if (version === '') return []
  const sources = await repository.sourcesOfVersion(version, FOLDERS)
  return sources.map(({ collection, path }) => sourceHit([collection, ...path.split('/')]))
}

/** A group without sources of that name, or a name without that version, leads near. */
async function findNamed(
  repository: NodeRepository,
  { name, group, versions }: Extract<Meaning, { kind: 'named' }>,
): Promise<SearchAnswer> {
  const whole = await repository.foldersNamed(name, FOLDERS)
  const fitting = whole.filter((one) => isOf(one, group))
  const folders = fitting.length > 0 ? fitting : whole
  const isGroup = folders.every(({ kind }) => kind === 'group')
  if (versions.length === 0 && group === undefined) {
    // a folder of sources is one of many that may be meant
    const others = folders.length > 0 && isGroup ? await repository.foldersWith(name, FOLDERS) : []
    return exactly([...folders, ...others].map(folderHit))
  }
  if (versions.length === 0) return exactly(folders.map(folderHit))
  const hits: Hit[] = []
  for (const one of folders.slice(0, WITH_VERSIONS))
    for (const path of await versionsIn(repository, one, versions)) hits.push(sourceHit(path))
  return { hits, near: folders.map(folderHit) }
}

/** Maven's group. The name of a distribution or of an owner, as package URLs have it, says nothing of a folder here. */
function isOf({ folder, kind }: NamedFolder, group: string | undefined): boolean {
  return group === undefined || kind === 'group'
    ? group === undefined
    : normalizedName(folder.slice(0, -1).join('.')) === normalizedName(group)
}
