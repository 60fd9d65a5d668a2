/* What may help somebody who found nothing. */
import { MalformedError } from '../../base/errors.ts'
import { readPath } from '../../certification/path.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { Status } from '../../contract/status.ts'
import { rawPathOf } from '../transport/request-path.ts'
import type { Hit } from '../../contract/listing.ts'
import { search } from './search.ts'

export interface Advice {
  /** What somebody may have looked for, to be changed in the search box. */
  readonly query: string
  /** What is here above that path, or is called nearly so. */
  readonly near: readonly Hit[]
  readonly status: Status
}

/** @param url of a request that nothing answered */
export async function adviceFor(repository: NodeRepository, url: string): Promise<Advice> {
  const words = below(repository, segmentsOf(url))
  const status = await repository.status()
  // a path names nobody: user ids are not looked through
  for (const length of new Set([words.length, words.length - 1, 1].filter((one) => one > 0))) {
    const { hits, near } = await search(repository, words.slice(0, length).join('/'), false)
    const found = hits.length > 0 ? hits : near
    if (found.length > 0) return { query: words.join(' '), near: found, status }
  }
  return { query: words.join(' '), near: [], status }
}

/** A path that cannot be read names nothing. */
function segmentsOf(url: string): readonly string[] {
  try {
    return readPath(rawPathOf(url).replaceAll(/^\/|\/$/g, ''))
  } catch (error) {
    if (error instanceof MalformedError) return []
    throw error
  }
}

/** At most this many words are looked up, each with all before it. */
const MAX_WORDS = 6

function below({ collections }: NodeRepository, segments: readonly string[]): readonly string[] {
  const names = new Set(['agreement', ...collections.map(({ name }) => name)])
  const from = segments.findIndex((segment) => !names.has(segment))
  return from === -1 ? [] : segments.slice(from, from + MAX_WORDS)
}
