import type { NodeRepository } from '../../contract/node-repository.ts'
import type { Hit } from '../../contract/listing.ts'

/** Hex digits by which a page names something. */
const SHORTEST = 12
/** Rebuilders of one name. */
const PEOPLE = 20
const ALGORITHM: Readonly<Record<number, string>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
  128: 'sha512',
}

/** A fingerprint and a SHA-1, an id and a SHA-256 look alike: what is here is meant. @param hex lower-case */
export async function findHex(repository: NodeRepository, hex: string): Promise<readonly Hit[]> {
  const hits: Hit[] = []
  if (hex.length === 64 && (await repository.certification(hex)) !== undefined)
    hits.push({ kind: 'certification', name: hex, url: `/certifications/${hex}.html` })
  if (hex.length === 64 && (await repository.feed(hex)) !== undefined)
    hits.push({ kind: 'feed', name: hex, url: `/feeds/${hex}` })
  // a subkey too stands for its rebuilder
  if (hex.length === 16 || hex.length === 40 || hex.length === 64)
    hits.push(...(await rebuildersNamed(repository, hex)))
  const algorithm = ALGORITHM[hex.length]
  if (algorithm !== undefined) {
    const { items } = await repository.find({ [algorithm]: hex, limit: 1 })
    if (items.length > 0)
      hits.push({ kind: 'artifact', name: hex, url: `/artifacts/${algorithm}/${hex}` })
  }
  if (hex.length < SHORTEST || hex.length > 63) return hits
  const { ids, checksums } = await repository.startingWith(hex)
  for (const id of ids)
    hits.push({ kind: 'certification', name: id, url: `/certifications/${id}.html` })
  for (const one of checksums)
    hits.push({ kind: 'artifact', name: one.hex, url: `/artifacts/${one.algorithm}/${one.hex}` })
  return hits
}

/** By a fingerprint, a key id, or words of a user id. */
export async function rebuildersNamed(
  repository: NodeRepository,
  name: string,
): Promise<readonly Hit[]> {
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
