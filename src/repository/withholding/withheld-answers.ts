import { isSha256 } from '../../base/fingerprint.ts'
import { MalformedError } from '../../base/errors.ts'
import type { WithheldRow } from '../../state/withheld.ts'
import { sourceSegments } from '../queries/find.ts'
import type { WithheldAnswers, WithheldSummary } from '../../contract/withheld-answers.ts'
import { factsOf, type Withheld } from '../tombstones/withheld.ts'
const BELONGING = /\.(?:asc|sha1|md5|asc\.sha1|asc\.md5)$/

/** Answers from tombstones alone: it never reads what is withheld. */
export function makeWithheldAnswers(tombstones: Withheld): WithheldAnswers {
  const below = (path: readonly string[]): number => tombstones.below(path)
  return {
    withheld: async (id) => summary(tombstones.get(id)),
    withheldAt: async (collection, segments) => {
      const name = segments.at(-1) ?? ''
      const owner = [...segments.slice(0, -1), name.replace(BELONGING, '')]
      return summary(
        tombstones.at([collection, ...segments]) ?? tombstones.at([collection, ...owner]),
      )
    },
    withheldBelow: async (collection, segments) => below([collection, ...segments]),
    withheldCount: async (query) => {
      const { collection, rebuilder, source, artifact, state } = query
      const checksum = query.sha512 ?? query.sha256 ?? query.sha1 ?? query.md5
      if ((artifact ?? state ?? checksum) !== undefined) return undefined
      const rows = tombstones.rows()
      const segments = source === undefined ? undefined : sourceSegments(source)
      if (segments !== undefined) {
        if (rebuilder !== undefined) return undefined
        const names =
          collection === undefined
            ? [...new Set(rows.flatMap(({ collections }) => collections))]
            : [collection]
        return names.reduce((sum, name) => sum + below([name, ...segments]), 0)
      }
      return rows.filter(
        (row) =>
          (collection === undefined || row.collections.includes(collection)) &&
          (rebuilder === undefined || row.rebuilder === rebuilder.toUpperCase()),
      ).length
    },
    listWithheld: async ({ after, limit }) => {
      if (after !== undefined && !isSha256(after))
        throw new MalformedError('QUERY_INVALID', 'after is what Link: rel="next" gave, or absent.')
      const rows = tombstones.rows().filter(({ id }) => after === undefined || id > after)
      const items = rows.slice(0, limit).flatMap((row) => summary(row) ?? [])
      const last = items.at(-1)
      return rows.length > limit && last !== undefined ? { items, next: last.id } : { items }
    },
  }
}

const summary = (row: WithheldRow | undefined): WithheldSummary | undefined =>
  row && { ...factsOf(row), collections: row.collections }
