import { MalformedError } from '../base/errors.ts'
import { isGroup, isMavenSegment } from './dialects/jvm-coordinates.ts'
import { bareNameProblem } from './artifacts/segment.ts'

/** A file name to look for, within a group where the question says one. */
export interface ArtifactName {
  readonly name: string
  readonly group?: string
}

/** `.udeb` is for the installer, `.ddeb` holds Ubuntu's debug symbols. */
const DEB_EXTENSIONS = ['.deb', '.udeb', '.ddeb'] as const

/** package_version_arch, with the epoch that file names lack (apt's cache has it, as `%3a`), with or without its extension. */
const DEB =
  /^([a-z0-9][a-z0-9+.-]*)_(?:([0-9]{1,10})(?::|%3[aA]))?([A-Za-z0-9][A-Za-z0-9.+~-]*)_([a-z0-9][a-z0-9-]*)(\.u?deb|\.ddeb)?$/

/** Files of packages and images, in whose names a colon is an epoch: `re9-1:2021.1-1-x86_64.pkg.tar.zst`. */
const PACKAGE =
  /\.(?:u?deb|ddeb|dsc|rpm|apk|buildinfo|changes|iso|img|zip|exe|dmg|t?[gx]z|zst|bz2|tar(?:\.[a-z0-9]+)?)(?:\.(?:asc|sig))?$/

/**
 * The file names that a question for an artifact may mean: a bare file name means itself;
 * `package_version_arch` that name with `.deb`, `.udeb` and `.ddeb`, the epoch dropped, or written as `%3a` as apt does;
 * `group:artifact:version[:classifier][@type]` a file of that group, a jar unless it says its type. What has a colon and is
 * neither is a file name too.
 * @throws MalformedError QUERY_INVALID
 */
export function fileNamesOf(query: string): readonly ArtifactName[] {
  const problem = bareNameProblem(query)
  if (problem !== undefined)
    throw new MalformedError('QUERY_INVALID', `An artifact name ${problem}.`)
  const deb = DEB.exec(query)
  if (deb === null) return [readCoordinates(query) ?? { name: query }]
  const [, name, epoch, version, architecture, extension] = deb
  const extensions = extension === undefined ? DEB_EXTENSIONS : [extension]
  const asSaid = extension === undefined ? [] : [`${epoch}:${version}`]
  const versions = epoch === undefined ? [version] : [version, `${epoch}%3a${version}`, ...asSaid]
  return versions.flatMap((one) =>
    extensions.map((suffix) => ({ name: `${name}_${one}_${architecture}${suffix}` })),
  )
}

/** Is this a Maven artifact by its coordinates, and not the name of a file? The one place where that is decided. */
export const isCoordinates = (query: string): boolean => readCoordinates(query) !== undefined

function readCoordinates(query: string): ArtifactName | undefined {
  const at = query.lastIndexOf('@')
  if (!query.includes(':') || (at < 0 && PACKAGE.test(query))) return undefined
  const type = at < 0 ? 'jar' : query.slice(at + 1)
  const parts = (at < 0 ? query : query.slice(0, at)).split(':')
  const [group = '', ...segments] = parts
  const isWhole = parts.length === 3 || parts.length === 4
  if (!isWhole || !isGroup(group) || ![...segments, type].every(isMavenSegment)) return undefined
  return { name: `${segments.join('-')}.${type}`, group }
}
