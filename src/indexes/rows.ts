import type { Certification } from '../certification/certification.ts'
import { fileName } from '../certification/file-name.ts'
import {
  comparedSegments,
  toSegments,
  versionsOf,
} from '../certification/artifacts/source-identifier.ts'
import { ROW_SOURCES } from './certification-row.ts'
import type { Bytes } from './database.ts'
import {
  checksumKey,
  claimedKey,
  fileKey,
  nameKey,
  timeKey,
  versionKey,
} from './certification-keys.ts'
import { encodePathRow } from './paths.ts'

export interface Row {
  readonly key: Bytes
  readonly value: Bytes
}

const EMPTY: Bytes = new Uint8Array()

/** The rows by which a certification is found, in every index but its own row and that of its aliases. Pure. */
export const rowsOf = (certification: Certification, collection: string): readonly Row[] => [
  ...eachRowOf(certification, collection),
]

/** {@link rowsOf}, made one by one: a large build has 15,000. */
export function* eachRowOf(
  certification: Certification,
  collection: string,
): Generator<Row, void, void> {
  const { id, buildinfo, claimedKeyId } = certification
  const file = fileName(buildinfo.stem, id)
  const { hasDate } = buildinfo
  for (const [at, source] of buildinfo.sources.entries()) {
    const segments = toSegments(source)
    if (segments === undefined) continue
    const kind = at === 0 ? ('header' as const) : ('module' as const)
    const value = encodePathRow({ id, kind, hasDate })
    yield { key: fileKey([collection, ...segments], file, id), value }
  }
  for (const { name, checksums } of buildinfo.artifacts) {
    yield { key: nameKey(name, id), value: EMPTY }
    for (const { algorithm, hex } of checksums)
      yield { key: checksumKey(algorithm, hex, id), value: EMPTY }
  }
  yield* versionRows(certification)
  yield { key: claimedKey(claimedKeyId, id), value: EMPTY }
}

/** With the path of a source that has it, where that is not among those of the certification's row. */
function versionRows({ id, buildinfo }: Certification): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const [at, source] of buildinfo.sources.entries())
    for (const version of versionsOf(source))
      if (!rows.has(version)) {
        const path = at < ROW_SOURCES ? '' : (comparedSegments(source)?.join('/') ?? '')
        rows.set(version, { key: versionKey(version, id), value: new TextEncoder().encode(path) })
      }
  return [...rows.values()]
}

/** A place that holds a certification: in which collection, under which name that somebody gave, since when. */
export interface AcceptedPlace {
  /** Milliseconds since 1970, by the clock of the feed's writer. */
  readonly acceptedAt: number
  readonly collection: string
  readonly alias?: string | undefined
}

/**
 * The rows that come of the places of a certification: when it was accepted, and its aliases. A document without a version is placed by its alias, for as long as those who
 * gave one agree on its directory: a name is anybody's word, so where they do not, none of them is evidence.
 */
export function acceptanceRows(
  { id, buildinfo }: Certification,
  places: readonly AcceptedPlace[],
): readonly Row[] {
  const named = places.flatMap(({ collection, alias }) => {
    const segments = alias?.split('/') ?? []
    const name = segments.pop()
    return name === undefined ? [] : [{ segments, name, directory: [collection, ...segments] }]
  })
  const directories = new Set(named.map(({ segments }) => segments.join('/')))
  const isPlaced =
    directories.size === 1 && buildinfo.sources.every((source) => toSegments(source) === undefined)
  const value = encodePathRow({
    id,
    kind: isPlaced ? 'placing' : 'alias',
    hasDate: buildinfo.hasDate,
  })
  return [
    ...named.map(({ directory, name }) => ({ key: fileKey(directory, name, id), value })),
    ...places.map(({ acceptedAt }) => ({ key: timeKey(acceptedAt, id), value: EMPTY })),
  ]
}
