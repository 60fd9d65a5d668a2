import {
  architecturesOf,
  comparedSegments,
  type SourceIdentifier,
} from '../../certification/artifacts/source-identifier.ts'
import { type DocumentFacts, MOST_ARCHITECTURES, shortHash } from '../../feeds/format/index-row.ts'

/** What an index block of format 2 says of a certification, by what its header names. */
export function documentFacts(keyId: string, [header]: readonly SourceIdentifier[]): DocumentFacts {
  const path = header === undefined ? undefined : comparedSegments(header)?.join('/')
  const architectures = header === undefined ? [] : architecturesOf(header)
  return {
    keyId,
    source: path === undefined ? undefined : shortHash(path),
    architectures: architectures.slice(0, MOST_ARCHITECTURES).map(shortHash),
  }
}
