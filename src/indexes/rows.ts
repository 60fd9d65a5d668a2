import type { Certification } from '../certification/certification.ts'
import { fileName } from '../certification/file-name.ts'
import { toSegments } from '../certification/source-identifier.ts'
import type { Bytes } from './database.ts'
import { checksumKey, claimedKey, fileKey, nameKey } from './keys.ts'
import { encodePathRow } from './paths.ts'

export interface Row {
  readonly key: Bytes
  readonly value: Bytes
}

const EMPTY: Bytes = new Uint8Array()

/** The rows by which a certification is found, in every index but the certification row itself. Pure. */
export function rowsOf(
  certification: Certification,
  collection: string,
  alias: string | undefined,
): readonly Row[] {
  const { id, buildinfo, claimedKeyId } = certification
  const file = fileName(buildinfo.stem, id)
  const { hasDate } = buildinfo
  const paths = buildinfo.sources.flatMap((source, at) => {
    const segments = toSegments(source)
    if (segments === undefined) return []
    const kind = at === 0 ? ('header' as const) : ('module' as const)
    return {
      key: fileKey([collection, ...segments], file, id),
      value: encodePathRow({ id, kind, hasDate }),
    }
  })
  const checksums = buildinfo.artifacts.flatMap((artifact) => [
    { key: nameKey(artifact.name, id), value: EMPTY },
    ...artifact.checksums.map(({ algorithm, hex }) => ({
      key: checksumKey(algorithm, hex, id),
      value: EMPTY,
    })),
  ])
  return [
    ...paths,
    ...aliasRows(certification, collection, alias),
    ...checksums,
    { key: claimedKey(claimedKeyId, id), value: EMPTY },
  ]
}

/** A name that somebody gave, beside the canonical ones. A document without a version is placed by it. */
function aliasRows(
  { id, buildinfo }: Certification,
  collection: string,
  alias: string | undefined,
): readonly Row[] {
  if (alias === undefined) return []
  const segments = alias.split('/')
  const name = segments.pop()
  if (name === undefined) return []
  const places = buildinfo.sources.every((source) => toSegments(source) === undefined)
  const value = encodePathRow({
    id,
    kind: places ? 'placing' : 'alias',
    hasDate: buildinfo.hasDate,
  })
  return [{ key: fileKey([collection, ...segments], name, id), value }]
}
