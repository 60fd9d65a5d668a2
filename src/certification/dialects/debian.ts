import type { DebianSource } from '../artifacts/source-identifier.ts'
import { readDate } from './build-date.ts'
import { folded, type Paragraph, readParagraph } from './deb822.ts'
import { readChecksums } from './debian-checksums.ts'
import type { Buildinfo, Dialect } from './dialect.ts'
import { unsignedNotBuildinfoError, notBuildinfoError } from './changes-or-dsc.ts'
import { invalidField, missingField, quoted } from './field-error.ts'

/** What a name, a version and an architecture may be. None lets a slash, a blank or a lone `..` in. */
interface Grammar {
  readonly name: RegExp
  readonly version: RegExp
  readonly architecture: RegExp
}

/** Debian Policy 5.6.1, 5.6.8 and 5.6.12. */
const DEB: Grammar = {
  name: /^[a-z0-9][a-z0-9+.-]+$/,
  version: /^(?:[0-9]{1,10}:)?[A-Za-z0-9][A-Za-z0-9.+~-]*$/,
  architecture: /^[a-z0-9][a-z0-9-]*$/,
}

/** rpm's own rules (`^` since 4.15), tightened so that a name begins with a letter or digit. */
const RPM: Grammar = {
  name: /^[A-Za-z0-9][A-Za-z0-9+._-]*$/,
  version: /^(?:[0-9]{1,10}:)?[A-Za-z0-9][A-Za-z0-9.+~^_-]*$/,
  architecture: /^[A-Za-z0-9][A-Za-z0-9_]*$/,
}

/** deb-buildinfo(5) 1.0, its forerunner 0.2, and what rpmreproduce makes of it for rpm. */
const FORMATS: ReadonlyMap<string, Grammar> = new Map([
  ['1.0', DEB],
  ['0.2', DEB],
  ['0.2-rpm', RPM],
])

/** So that `{stem}_{16 hex digits}.buildinfo` fits a path segment. */
const MAX_STEM = 220

/** A Debian `.buildinfo`, which dpkg writes and debsign clearsigns. */
export const debian: Dialect = {
  name: 'debian',
  envelope: 'openpgp',
  detached: false,
  mistaken: unsignedNotBuildinfoError,
  read,
}

function read(text: string): Buildinfo {
  const paragraph = readParagraph(text)
  const mistake = notBuildinfoError(paragraph)
  if (mistake !== undefined) throw mistake
  const format = required(paragraph, 'Format')
  const grammar = FORMATS.get(format)
  if (grammar === undefined)
    throw invalidField('Format', `must be 1.0, 0.2 or 0.2-rpm, not ${quoted(format)}`)
  const source = readSource(paragraph, grammar)
  // deb-buildinfo(5): Binary is there unless only the source was built.
  if (source.architecture !== 'source') required(paragraph, 'Binary')
  const stem = grammar === RPM ? rpmStem(paragraph, source) : debStem(source)
  if (stem.length > MAX_STEM)
    throw invalidField('Source', `and Version must not be longer than ${MAX_STEM} characters`)
  const builtAt = readDate(folded(paragraph, 'Build-Date') ?? '')
  return {
    dialect: 'debian',
    sources: [source],
    artifacts: readChecksums(paragraph),
    stem,
    ...(builtAt === undefined ? {} : { builtAt }),
    hasDate: false,
  }
}

function readSource(paragraph: Paragraph, grammar: Grammar): DebianSource {
  const field = required(paragraph, 'Source')
  const bracket = field.endsWith(')') ? field.indexOf(' (') : -1
  const source = bracket < 0 ? field : field.slice(0, bracket)
  if (!grammar.name.test(source))
    throw invalidField('Source', `must be a package name, not ${quoted(field)}`)
  const version = required(paragraph, 'Version')
  if (!grammar.version.test(version))
    throw invalidField('Version', `must be a package version, not ${quoted(version)}`)
  const sourceVersion = bracket < 0 ? version : field.slice(bracket + 2, -1)
  if (!grammar.version.test(sourceVersion))
    throw invalidField('Source', `must have a package version in its bracket: ${quoted(field)}`)
  const architecture = readArchitecture(required(paragraph, 'Architecture'), grammar)
  return { ecosystem: 'debian', source, version, architecture, sourceVersion }
}

function readArchitecture(field: string, grammar: Grammar): string {
  const words = field.split(/[ \t]+/)
  for (const word of words)
    if (!grammar.architecture.test(word))
      throw invalidField('Architecture', `must be architecture names, not ${quoted(word)}`)
  if (new Set(words).size !== words.length)
    throw invalidField('Architecture', 'must not have a word twice')
  const sorted = words.toSorted().join(' ')
  if (sorted.length > MAX_STEM) throw invalidField('Architecture', 'is too long')
  return sorted
}

/** As dpkg-genbuildinfo names the file: by the architecture that was built for, `all`, or `source`. */
function debStem({ source, version, architecture }: DebianSource): string {
  const words = architecture.split(' ')
  const built = words.filter((word) => word !== 'all' && word !== 'source').join('-')
  const suffix = built !== '' ? built : words.includes('all') ? 'all' : 'source'
  return `${source}_${withoutEpoch(version)}_${suffix}`
}

/** `securedrop-workstation-keyring-0.1.0-1.fc37.x86_64`: by the architecture that was built on. */
function rpmStem(paragraph: Paragraph, { source, version, architecture }: DebianSource): string {
  const host = folded(paragraph, 'Build-Architecture') ?? architecture.replaceAll(' ', '-')
  if (!/^[A-Za-z0-9_-]+$/.test(host))
    throw invalidField('Build-Architecture', `must be an architecture name, not ${quoted(host)}`)
  return `${source}-${withoutEpoch(version)}.${host}`
}

/** A version as file names have it: `2:1.0-1` is `1.0-1` there. */
export const withoutEpoch = (version: string): string => version.slice(version.indexOf(':') + 1)

function required(paragraph: Paragraph, field: string): string {
  const value = folded(paragraph, field)
  if (value === undefined) throw missingField(field, 'A Debian buildinfo must have it.')
  return value
}
