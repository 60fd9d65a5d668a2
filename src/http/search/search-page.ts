import { encodePath } from '../../certification/path.ts'
import { segmentProblem } from '../../certification/artifacts/segment.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import { findHex } from './search-hex.ts'
import type { Hit } from '../../contract/listing.ts'

/** Pages that stand by themselves. */
const PAGES: ReadonlySet<string> = new Set([
  'certifications',
  'rebuilders',
  'feeds',
  'peers',
  'network',
  'withheld',
  'status',
])
/** What stands behind these is named in hex. */
const OF_HEX: ReadonlySet<string> = new Set([
  'certifications',
  'rebuilders',
  'feeds',
  'keys',
  'artifacts',
])
/** A node can stand below a path of a proxy. */
const ABOVE = 3

/** A page of this node, or the same page of another one. */
export async function findPage(
  repository: NodeRepository,
  given: readonly string[],
): Promise<readonly Hit[]> {
  if (!given.every((one) => segmentProblem(one) === undefined)) return []
  for (let at = 0; at <= ABOVE && at < given.length; at++) {
    const [first = '', ...rest] = given.slice(at)
    if (rest.length === 0 && PAGES.has(first))
      return [{ kind: 'page', name: first, url: `/${first}` }]
    const found =
      first === 'agreement'
        ? await inCollection(repository, rest, '/agreement')
        : OF_HEX.has(first)
          ? await ofHex(repository, rest)
          : await inCollection(repository, [first, ...rest], '')
    if (found.length > 0) return found
  }
  return []
}

async function ofHex(repository: NodeRepository, rest: readonly string[]): Promise<readonly Hit[]> {
  const hex = rest
    .map((one) => one.replace(/^0x|\.(?:asc|json|html)$/gi, '').toLowerCase())
    .find((one) => /^[0-9a-f]{16,128}$/.test(one))
  return hex === undefined ? [] : findHex(repository, hex)
}

async function inCollection(
  repository: NodeRepository,
  [name = '', ...segments]: readonly string[],
  before: '' | '/agreement',
): Promise<readonly Hit[]> {
  if (repository.collections.every((one) => one.name !== name)) return []
  const found = await repository.resolve(name, segments)
  if (found === undefined || (segments.length === 0 && before !== '')) return []
  if (found.kind === 'file' || found.kind === 'signature')
    return [{ kind: 'certification', name: found.id, url: `/certifications/${found.id}.html` }]
  const path = found.kind === 'listing' ? segments : segments.slice(0, -1)
  if ((await repository.list(name, path, { limit: 1 })).items.length === 0) return []
  const all = [name, ...path]
  const url = before === '' ? `/${encodePath(all)}/` : `${before}/${encodePath(all)}`
  return [{ kind: 'source', name: all.join(' / '), url }]
}
