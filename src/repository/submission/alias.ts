import type { Certification } from '../../certification/certification.ts'
import type { Buildinfo } from '../../certification/dialects/dialect.ts'
import { fileName, idPrefixOf } from '../../certification/file-name.ts'
import { aliasProblem } from '../../certification/path.ts'
import { toSegments } from '../../certification/artifacts/source-identifier.ts'
import { MalformedError } from '../../base/errors.ts'

/**
 * A path may only file a document where its own text does not contradict it, and a document without a version needs
 * a path to stand anywhere.
 * @throws MalformedError NAME_MISMATCH, BUILDINFO_FIELD_MISSING
 */
export function checkAlias(buildinfo: Buildinfo, alias: readonly string[] | undefined): void {
  if (alias !== undefined) {
    const problem = aliasProblem(buildinfo, alias)
    if (problem !== undefined) throw new MalformedError('NAME_MISMATCH', problem)
    return
  }
  if (buildinfo.sources.some((source) => toSegments(source) !== undefined)) return
  throw new MalformedError(
    'BUILDINFO_FIELD_MISSING',
    'This buildinfo has no version, so nothing says where it belongs. PUT it under its path: group/artifact/version/name.buildinfo.',
  )
}

/**
 * The alias to keep with a certification. Its canonical name is none, and nobody can take another's.
 * @throws MalformedError NAME_MISMATCH, BUILDINFO_FIELD_MISSING
 */
export function aliasToKeep(
  { id, buildinfo }: Certification,
  alias: readonly string[] | undefined,
): string | undefined {
  checkAlias(buildinfo, alias)
  const name = alias?.at(-1)
  if (alias === undefined || name === undefined) return undefined
  const prefix = idPrefixOf(name)
  if (prefix !== undefined && !id.startsWith(prefix))
    throw new MalformedError(
      'NAME_MISMATCH',
      'That name belongs to another certification: it ends in the beginning of another id. Choose one without it.',
    )
  const path = alias.join('/')
  const canonical = buildinfo.sources.map((source) =>
    [...(toSegments(source) ?? []), fileName(buildinfo.stem, id)].join('/'),
  )
  return canonical.includes(path) ? undefined : path
}
