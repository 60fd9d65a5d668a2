/* What somebody may mean by a few words: a checksum, a fingerprint, an id, a file, a package. */
import { encodePath } from '../certification/path.ts'
import { segmentProblem } from '../certification/segment.ts'
import { MalformedError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { unlessBusy } from '../repository/gate.ts'
import type { NodeRepository } from '../repository/node-repository.ts'
import type { ListingEntry } from '../repository/repository.ts'

/** A page of this node that may be meant. */
export interface Hit {
  readonly kind: 'certification' | 'rebuilder' | 'artifact' | 'source' | 'feed'
  /** As people call it. */
  readonly name: string
  /** Path on this node. */
  readonly url: string
}

export interface SearchAnswer {
  /** What fits exactly; the likeliest first. */
  readonly hits: readonly Hit[]
  /** What is called nearly so. */
  readonly near: readonly Hit[]
}

const MAX_QUERY = 512
/** Names beside the one asked for that are looked at. */
const NEIGHBOURS = 500
/** Hex digits by which a page names something. */
const SHORTEST = 12
/** Rebuilders of one name. */
const PEOPLE = 20
/** Sources of one word that are named. */
const SOURCES = 20
const ALGORITHM: Readonly<Record<number, string>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
  128: 'sha512',
}

/** Every one is asked of the indexes by its whole name: nothing is scanned, but user ids where nothing else fits. */
export async function search(
  repository: NodeRepository,
  text: string,
  people = true,
): Promise<SearchAnswer> {
  const query = plainOf(text.trim().slice(0, MAX_QUERY))
  if (query === '') return { hits: [], near: [] }
  const hex = query.replaceAll(/^0x|[\s:…]/gi, '')
  const hits = /^[0-9a-f]+$/i.test(hex) ? await byHex(repository, hex) : []
  const some = [
    ...hits,
    ...byCollection(repository, query),
    ...(await byFile(repository, query)),
    ...(await bySource(repository, query)),
    ...(await byWord(repository, query)),
  ]
  const all = some.length > 0 || !people ? some : await byUserId(repository, query)
  const once = [...new Map(all.map((hit) => [hit.url, hit])).values()]
  return { hits: once, near: once.length > 0 ? [] : await nearNames(repository, query) }
}

/** As people paste it: `sha256:3833e1…`, or a line of sha256sum. */
function plainOf(text: string): string {
  const [, named] = /^(?:md5|sha1|sha256|sha512)[:\s]\s*([0-9a-f]+)$/i.exec(text) ?? []
  const [, listed] =
    /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}) [ *]\S/i.exec(text) ?? []
  return named ?? listed ?? text
}

/** A fingerprint and a SHA-1, an id and a SHA-256 look alike: what is here is meant. */
async function byHex(repository: NodeRepository, hex: string): Promise<readonly Hit[]> {
  const hits: Hit[] = []
  const lower = hex.toLowerCase()
  if (hex.length === 64 && (await repository.certification(lower)) !== undefined)
    hits.push({ kind: 'certification', name: lower, url: `/certifications/${lower}.html` })
  if (hex.length === 64 && (await repository.feed(lower)) !== undefined)
    hits.push({ kind: 'feed', name: lower, url: `/feeds/${lower}` })
  // a subkey too stands for its rebuilder
  if (hex.length === 16 || hex.length === 40 || hex.length === 64)
    hits.push(...(await rebuildersNamed(repository, hex)))
  const algorithm = ALGORITHM[hex.length]
  if (algorithm !== undefined) {
    const { items } = await repository.find({ [algorithm]: lower, limit: 1 })
    if (items.length > 0)
      hits.push({ kind: 'artifact', name: lower, url: `/artifacts/${algorithm}/${lower}` })
  }
  if (hex.length < SHORTEST || hex.length > 63) return hits
  const { ids, checksums } = await repository.startingWith(lower)
  for (const id of ids)
    hits.push({ kind: 'certification', name: id, url: `/certifications/${id}.html` })
  for (const one of checksums)
    hits.push({ kind: 'artifact', name: one.hex, url: `/artifacts/${one.algorithm}/${one.hex}` })
  return hits
}

/** By a fingerprint, a key id, or words of a user id. */
async function rebuildersNamed(repository: NodeRepository, name: string): Promise<readonly Hit[]> {
  const hits: Hit[] = []
  for (const { fingerprint, userIds } of await repository.keyListings(name)) {
    if (hits.length === PEOPLE) break
    if (await repository.isRebuilder(fingerprint))
      hits.push({
        kind: 'rebuilder',
        name: userIds[0] ?? fingerprint,
        url: `/rebuilders/${fingerprint}`,
      })
  }
  return hits
}

/** What a rebuilder calls itself: of three letters at least. */
const byUserId = async (repository: NodeRepository, query: string): Promise<readonly Hit[]> =>
  query.length < 3 ? [] : unlessBusy(rebuildersNamed(repository, query), [])

const byCollection = ({ collections }: NodeRepository, query: string): readonly Hit[] =>
  collections
    .filter(({ name }) => name === query.toLowerCase().replace(/\/$/, ''))
    .map(({ name }) => ({ kind: 'source', name, url: `/${name}/` }))

async function byFile(repository: NodeRepository, query: string): Promise<readonly Hit[]> {
  try {
    const { items } = await repository.artifactsByName(query, { limit: 1 })
    const url = `/artifacts?name=${encodeURIComponent(query)}`
    return items.length === 0 ? [] : [{ kind: 'artifact', name: query, url }]
  } catch (error) {
    if (error instanceof MalformedError) return []
    throw error
  }
}

/** `hello`, `hello 2.10-3`, `hello/2.10-3`, `org.example:tool:1.0`, `org.example`. */
async function bySource(repository: NodeRepository, query: string): Promise<readonly Hit[]> {
  const words = query.split(/[\s/]+/).filter((word) => word !== '')
  const [group = '', ...rest] = query.split(':')
  const coordinates = [...group.split('.'), ...rest].filter((word) => word !== '')
  const hits: Hit[] = []
  for (const { name, dialect } of repository.collections) {
    const segments = dialect === 'jvm' && /[.:]/.test(query) ? coordinates : words
    const isPath = segments.length > 0 && segments.every((one) => segmentProblem(one) === undefined)
    if (!isPath) continue
    const { items } = await repository.list(name, segments, { limit: 1 })
    if (items.length === 0) continue
    const path = [name, ...segments]
    hits.push({ kind: 'source', name: path.join(' / '), url: `/${encodePath(path)}/` })
  }
  return hits
}

/** A version, `2.10-3`; a Maven artifact, `jackson-bom`. */
async function byWord(repository: NodeRepository, query: string): Promise<readonly Hit[]> {
  const sources = await repository.sourcesNamed(query, SOURCES)
  return sources.map(({ collection, path }) => {
    const segments = [collection, ...path.split('/')]
    return { kind: 'source', name: segments.join(' / '), url: `/${encodePath(segments)}/` }
  })
}

/** Among the names that begin like it. */
async function nearNames(repository: NodeRepository, query: string): Promise<readonly Hit[]> {
  const [word = ''] = query.split(/[\s/]+/)
  const hits: Hit[] = []
  for (const { name } of repository.collections) {
    const after = word.slice(0, 1)
    const { items } = await repository.list(name, [], { after, limit: NEIGHBOURS })
    const found = nearest(word.toLowerCase(), items.map(bare))
    if (found !== undefined)
      hits.push({
        kind: 'source',
        name: `${name} / ${found}`,
        url: `/${encodePath([name, found])}/`,
      })
  }
  return hits
}

const bare = ({ name }: ListingEntry): string => name.replace(/\/$/, '')
