import { createHash } from 'node:crypto'
import type { Collection } from '../../certification/admission.ts'
import type { VisibleIndexes } from '../../indexes/database.ts'
import { type Child, childrenOf, directoryExists, filesAt } from '../../indexes/paths.ts'
import type { Resolved, Served } from '../../contract/node-repository.ts'
import type { Page, PageOf } from '../../contract/repository.ts'
import type { ListingEntry } from '../../contract/listing.ts'

/** Where what stands at a path is looked for. */
export interface Browse {
  readonly indexes: VisibleIndexes
  readonly served: (id: string) => Promise<Served | undefined>
}

/** What belongs to a file, by the end of its name. */
const BELONGING = ['.asc', '.sha1', '.md5'] as const

/** What stands at a path. A path is only ever compared, never read back into an identifier. */
export async function resolve(
  browse: Browse,
  collection: Collection,
  segments: readonly string[],
): Promise<Resolved | undefined> {
  const path = [collection.name, ...segments]
  const name = segments.at(-1)
  if (name === undefined) return { kind: 'listing' }
  const directory = path.slice(0, -1)
  const directories = await spellings(browse, collection, directory)
  if (isBare(collection, segments)) return directories.length > 0 ? { kind: 'sbt' } : undefined
  // beside a file that is never served nothing is
  if (isBesideBare(collection, segments)) return undefined
  for (const where of directories) {
    const file = await fileAt(browse, where, name)
    if (file !== undefined) return file
  }
  const listings = await spellings(browse, collection, path)
  return listings.length > 0 ? { kind: 'listing' } : undefined
}

/** The children of a directory; a name that several files have is listed once. */
export async function list(
  browse: Browse,
  segments: readonly string[],
  { after, limit }: PageOf,
): Promise<Page<ListingEntry>> {
  const items: ListingEntry[] = []
  let last = after
  for await (const child of childrenOf(browse.indexes, segments, after)) {
    const cursor = child.type === 'collection' ? `${child.name}/` : child.name
    if (cursor === last) continue
    if (items.length === limit) return { items, ...(last === undefined ? {} : { next: last }) }
    items.push(listed(segments, child))
    last = cursor
  }
  return { items }
}

/**
 * One name for each certification that sbt can read, with the directories. Unpaged: sbt asks once, and one name that it
 * cannot get or parse kills its whole check. So the canonical name; a submitter's only where there is no other, if it is
 * unique and not the bare name by which sbt asks for this very array.
 */
export async function sbtListing(
  browse: Browse,
  collection: Collection,
  segments: readonly string[],
): Promise<readonly ListingEntry[]> {
  const directories: ListingEntry[] = []
  const canonical = new Map<string, ListingEntry>()
  const aliases = new Map<string, (Child & { type: 'object' })[]>()
  for await (const child of childrenOf(browse.indexes, segments, undefined))
    if (child.type === 'collection') directories.push(listed(segments, child))
    else if (child.kind === 'header' || child.kind === 'module') {
      if (child.hasDate) canonical.set(child.id, listed(segments, child))
    } else aliases.set(child.name, [...(aliases.get(child.name) ?? []), child])
  for (const [name, children] of aliases) {
    const [child] = children
    if (child === undefined || children.length > 1 || !child.hasDate) continue
    if (canonical.has(child.id) || isBare(collection, [...segments.slice(1), name])) continue
    canonical.set(child.id, listed(segments, child))
  }
  return [...directories, ...canonical.values()]
}

/** The directory as it is asked for, or with the dots of its group as slashes: sbt plugin 0.33 asks so. */
export async function spellings(
  { indexes }: Browse,
  collection: Collection,
  path: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const [name = '', group = '', ...rest] = path
  const dotted =
    collection.dialect === 'jvm' && group.includes('.')
      ? [[name, ...group.split('.'), ...rest]]
      : []
  const found: (readonly string[])[] = []
  for (const spelling of [path, ...dotted])
    if (await directoryExists(indexes, spelling)) found.push(spelling)
  return found
}

async function fileAt(
  browse: Browse,
  directory: readonly string[],
  name: string,
): Promise<Resolved | undefined> {
  const ids = new Set((await filesAt(browse.indexes, directory, name)).map(({ id }) => id))
  const [id] = ids
  if (ids.size > 1) return { kind: 'several', ids: [...ids] }
  if (id !== undefined) return { kind: 'file', id }
  const end = BELONGING.find((extension) => name.endsWith(extension))
  if (end === undefined) return undefined
  const owner = await fileAt(browse, directory, name.slice(0, -end.length))
  if (end === '.asc') return owner?.kind === 'file' ? signatureOf(browse, owner.id) : undefined
  return checksumOf(browse, owner, end)
}

async function signatureOf(browse: Browse, id: string): Promise<Resolved | undefined> {
  const served = await browse.served(id)
  return served?.signature === undefined ? undefined : { kind: 'signature', id }
}

async function checksumOf(
  browse: Browse,
  owner: Resolved | undefined,
  end: '.sha1' | '.md5',
): Promise<Resolved | undefined> {
  if (owner?.kind !== 'file' && owner?.kind !== 'signature') return undefined
  const served = await browse.served(owner.id)
  const bytes = owner.kind === 'file' ? served?.bytes : served?.signature
  if (bytes === undefined) return undefined
  return { kind: 'checksum', hex: createHash(end.slice(1)).update(bytes).digest('hex') }
}

/** `X-{version}.buildinfo` in the directory `{version}`: sbt plugins since 0.31 ask for a file that nobody publishes. */
function isBare({ dialect }: Collection, segments: readonly string[]): boolean {
  const [version, name] = segments.slice(-2)
  return (
    dialect === 'jvm' &&
    segments.length > 3 &&
    name !== undefined &&
    version !== undefined &&
    name.endsWith(`-${version}.buildinfo`)
  )
}

function isBesideBare(collection: Collection, segments: readonly string[]): boolean {
  const name = segments.at(-1) ?? ''
  const end = ['.asc.sha1', '.asc.md5', ...BELONGING].find((one) => name.endsWith(one))
  return (
    end !== undefined && isBare(collection, [...segments.slice(0, -1), name.slice(0, -end.length)])
  )
}

function listed(segments: readonly string[], child: Child): ListingEntry {
  const { name, type } = child
  const path = [...segments, name].join('/')
  return child.type === 'object' ? { path, name, type, id: child.id } : { path, name, type }
}
