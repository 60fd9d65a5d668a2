import { MalformedError } from '../base/errors.ts'
import { withoutEpoch } from './dialects/debian.ts'
import type { Buildinfo } from './dialects/dialect.ts'
import { isMavenSegment } from './dialects/jvm-coordinates.ts'
import { segmentProblem } from './artifacts/segment.ts'
import { formatSource, toSegments } from './artifacts/source-identifier.ts'
import type { DebianSource, MavenSource } from './artifacts/source-identifier.ts'

const MAX_SEGMENTS = 64
const EXTENSION = '.buildinfo'

/** `encodeURIComponent` escapes these, but RFC 3986 section 3.3 allows them in a segment. */
const READABLE: ReadonlyMap<string, string> = new Map([
  ['%24', '$'],
  ['%2B', '+'],
  ['%2C', ','],
  ['%3A', ':'],
  ['%3B', ';'],
  ['%40', '@'],
])

/**
 * Splits the raw, still percent-encoded path of a request below its collection into decoded segments.
 * Each is decoded once, as UTF-8; `+` is literal; one slash in front and any at the end do not matter,
 * so that `''`, `/` and `//` are the collection itself.
 * @throws MalformedError PATH_INVALID: a bad escape, an empty segment, `.` or `..`, a slash, backslash or
 * control character within a segment, more than 255 bytes in one, more than 64 of them.
 */
export function readPath(rawPath: string): readonly string[] {
  let end = rawPath.length
  while (end > 0 && rawPath[end - 1] === '/') end -= 1
  const start = rawPath.startsWith('/') ? 1 : 0
  if (end <= start) return []
  const parts = rawPath.slice(start, end).split('/')
  if (parts.length > MAX_SEGMENTS) throw invalid(`has more than ${MAX_SEGMENTS} segments`)
  return parts.map(decodeSegment)
}

function decodeSegment(part: string): string {
  const segment = decode(part)
  const problem = segmentProblem(segment)
  if (problem !== undefined) throw invalid(`has a segment that ${problem}`)
  return segment
}

function decode(part: string): string {
  // What HTTP carries is bytes; unescaped ones beyond ASCII have no agreed meaning.
  if (!/^[ -~]*$/.test(part)) throw invalid('has characters that must be percent-encoded')
  try {
    return decodeURIComponent(part)
  } catch (error) {
    throw invalid('has a percent escape that is no UTF-8', { cause: error })
  }
}

/** `problem` is the end of the sentence "The path …". */
const invalid = (problem: string, options?: ErrorOptions): MalformedError =>
  new MalformedError('PATH_INVALID', `The path ${problem}.`, options)

/**
 * Joins segments to a path that has no slash at either end. Characters that RFC 3986 allows in a segment stay as they are
 * (`~ + : @ ! $ ( ) , ;`), and a blank becomes `%20`.
 */
export const encodePath = (segments: readonly string[]): string =>
  segments.map(encodeSegment).join('/')

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment)
    .replace(/%(?:24|2B|2C|3A|3B|40)/g, (escape) => READABLE.get(escape) ?? escape)
    .replaceAll("'", '%27')
}

/**
 * May this buildinfo be filed under this path by whoever hands it in? Undefined if so, else a sentence that
 * says why not and where it may stand. `segments` are decoded, below the collection, the last is the file name.
 * Never throws. An alias is unsigned: that it is allowed says nothing about the certification.
 */
export function aliasProblem(
  buildinfo: Buildinfo,
  segments: readonly string[],
): string | undefined {
  const name = segments.at(-1)
  if (name === undefined) return 'The path names no file.'
  if (!name.endsWith(EXTENSION)) return `The file name must end with ${EXTENSION}.`
  const [first] = buildinfo.sources
  switch (first.ecosystem) {
    case 'debian':
      return debianProblem(first, buildinfo, segments)
    case 'maven':
      return mavenProblem(first, buildinfo, segments)
    case 'product':
      return productProblem(buildinfo, segments)
    default:
      return first
  }
}

function debianProblem(
  { source, version }: DebianSource,
  { stem }: Buildinfo,
  segments: readonly string[],
): string | undefined {
  const name = segments.at(-1) ?? ''
  // `source_version_arch` of Debian, `source-version.arch` of rpm.
  const prefix = stem.slice(0, source.length + 1)
  const bare = `${prefix}${withoutEpoch(version)}`
  if (segments.length === 1) {
    if (name === `${bare}${EXTENSION}`) return undefined
    const rest = name.startsWith(bare) ? name.slice(bare.length) : ''
    if (prefix.endsWith('_') ? rest.startsWith('_') : /^\.\w+\.buildinfo$/.test(rest))
      return undefined
  }
  if (segments.length > 2 && segments[0] === source && segments[1] === version) {
    if (name.startsWith(prefix)) return undefined
  }
  return (
    `The buildinfo is of ${source} ${version}, so its path must be ` +
    `${source}/${version}/…/${prefix}…${EXTENSION} or ${stem}${EXTENSION}.`
  )
}

function productProblem(
  { sources, stem }: Buildinfo,
  segments: readonly string[],
): string | undefined {
  const isBelow = sources.some((source) => {
    const own = toSegments(source) ?? []
    return segments.length > own.length && own.every((segment, at) => segments[at] === segment)
  })
  if (isBelow) return undefined
  return `Its file names are of ${sources.map(formatSource).slice(0, 3).join(', ')}, so its path must be {product}/{version}/…${EXTENSION}; ${stem}${EXTENSION} is as good without a path.`
}

function mavenProblem(
  { group, artifact, version }: MavenSource,
  buildinfo: Buildinfo,
  segments: readonly string[],
): string | undefined {
  if (matchMaven(buildinfo, segments) !== undefined) return undefined
  return (
    `The buildinfo is of ${group}:${artifact}, so its path must be ` +
    `${group.replaceAll('.', '/')}/${artifact}/${version ?? '{version}'}/${artifact}-…${EXTENSION}, ` +
    'or the like for one of its modules.'
  )
}

function matchMaven(
  buildinfo: Buildinfo,
  segments: readonly string[],
): { readonly source: MavenSource; readonly version: string } | undefined {
  if (segments.length < 4) return undefined
  const [artifact = '', version = '', name = ''] = segments.slice(-3)
  const group = readGroupSegments(segments.slice(0, -3))
  if (group === undefined || !isMavenSegment(version)) return undefined
  for (const source of buildinfo.sources) {
    if (source.ecosystem !== 'maven' || source.group !== group) continue
    if (artifact !== source.artifact && !artifact.startsWith(`${source.artifact}_`)) continue
    if (source.version !== undefined && source.version !== version) continue
    const stems = [source.artifact, uncrossed(source), headerArtifact(buildinfo)]
    if (stems.some((stem) => begins(name, stem))) return { source, version }
  }
  return undefined
}

/** An aggregate's canonical name has its header's artifact, also in the directory of a module. */
const headerArtifact = ({ sources: [header] }: Buildinfo): string =>
  header.ecosystem === 'maven' ? header.artifact : ''

/** Slashes for dots; or, as sbt's plugin before 0.20 and 0.33 ask, the whole group in one segment. */
function readGroupSegments(segments: readonly string[]): string | undefined {
  const whole = segments.length === 1 || segments.every((segment) => !segment.includes('.'))
  return whole ? segments.join('.') : undefined
}

const begins = (name: string, artifact: string): boolean =>
  name.startsWith(artifact) && ['-', '_', '.'].includes(name.charAt(artifact.length))

/** sbt names some files without the Scala version that its artifactId carries: `core` for `core_2.13`. */
function uncrossed({ artifact }: MavenSource): string {
  const suffix = artifact.search(/_[0-9]/)
  return suffix > 0 ? artifact.slice(0, suffix) : artifact
}
