import { MalformedError } from '../errors.ts'
import { isGroup, isMavenSegment } from './dialects/jvm-coordinates.ts'
import { bareNameProblem } from './segment.ts'

/** A file name to look for, within a group where the question says one. */
export interface ArtifactName {
  readonly name: string
  readonly group?: string
}

/** `.udeb` is for the installer, `.ddeb` holds Ubuntu's debug symbols. */
const DEB_EXTENSIONS = ['.deb', '.udeb', '.ddeb'] as const

/** package_version_arch, with the epoch that file names lack (apt's cache has it, as `%3a`), with or without its extension. */
const DEB =
  /^([a-z0-9][a-z0-9+.-]*)_(?:[0-9]{1,10}(?::|%3[aA]))?([A-Za-z0-9][A-Za-z0-9.+~-]*)_([a-z0-9][a-z0-9-]*)(\.u?deb|\.ddeb)?$/

/**
 * The file names that a question for an artifact may mean: a bare file name means itself;
 * `package_version_arch` that name with `.deb`, `.udeb` and `.ddeb`, the epoch dropped;
 * `group:artifact:version[:classifier][@type]` a file of that group, a jar unless it says its type.
 * @throws MalformedError QUERY_INVALID
 */
export function fileNamesOf(query: string): readonly ArtifactName[] {
  const problem = bareNameProblem(query)
  if (problem !== undefined) throw invalid(`An artifact name ${problem}.`)
  const deb = DEB.exec(query)
  if (deb !== null) {
    const [, name, version, architecture, extension] = deb
    const extensions = extension === undefined ? DEB_EXTENSIONS : [extension]
    return extensions.map((suffix) => ({ name: `${name}_${version}_${architecture}${suffix}` }))
  }
  return query.includes(':') ? [readMaven(query)] : [{ name: query }]
}

function readMaven(query: string): ArtifactName {
  const at = query.lastIndexOf('@')
  const type = at < 0 ? 'jar' : query.slice(at + 1)
  const parts = (at < 0 ? query : query.slice(0, at)).split(':')
  const [group = '', ...segments] = parts
  if (parts.length < 3 || parts.length > 4 || ![...segments, type].every(isMavenSegment)) {
    throw invalid('Write group:artifact:version[:classifier][@type].')
  }
  if (!isGroup(group)) throw invalid('The group must look like org.example.')
  return { name: `${segments.join('-')}.${type}`, group }
}

function invalid(message: string): MalformedError {
  return new MalformedError('QUERY_INVALID', message)
}
