/* What debsign signs beside a buildinfo, handed in for it. */
import { MalformedError } from '../../base/errors.ts'
import { folded, type Paragraph, readParagraph } from './deb822.ts'
import { quoted } from './field-error.ts'

/** Fields of deb-changes(5) that no buildinfo has. */
const CHANGES = ['Changes', 'Distribution', 'Urgency'] as const
/** Fields of dsc(5) that no buildinfo has. */
const DSC = ['Files', 'Package-List', 'Standards-Version', 'Build-Depends', 'Maintainer'] as const

/** BUILDINFO_FIELD_INVALID with the buildinfo that a `.changes` names; a `.dsc` names none. `undefined`: it is neither. */
export function notBuildinfoError(paragraph: Paragraph): MalformedError | undefined {
  if (paragraph.has('installed-build-depends')) return undefined
  const has = (names: readonly string[]): boolean =>
    names.some((name) => paragraph.has(name.toLowerCase()))
  if (has(CHANGES)) return other(`a .changes file, ${changesAdvice(paragraph)}`)
  if (has(DSC))
    return other(`a .dsc file, which describes a source package. ${dscAdvice(paragraph)}`)
  return undefined
}

/** The same of a text that nobody has signed. */
export function unsignedNotBuildinfoError(text: string): MalformedError | undefined {
  try {
    return notBuildinfoError(readParagraph(text))
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

function changesAdvice(paragraph: Paragraph): string {
  const named = buildinfosIn(paragraph)
  const [first] = named
  if (first === undefined)
    return 'and names no .buildinfo. dpkg-buildpackage writes one beside it: sign and send that.'
  const more = named.length === 1 ? '' : `, and ${named.length - 1} more`
  return `which names ${quoted(first)}${more}. Send that, signed: debsign signs both.`
}

function dscAdvice(paragraph: Paragraph): string {
  const [source, version] = [folded(paragraph, 'Source'), folded(paragraph, 'Version')]
  const isNamed = source !== undefined && version !== undefined
  const example = isNamed
    ? `, like ${quoted(`${source}_${version.slice(version.indexOf(':') + 1)}_amd64.buildinfo`)}`
    : ''
  return `Send the .buildinfo that dpkg-buildpackage writes when it builds that${example}.`
}

/** Names in the lists of files, each once: `checksum size name`, or with section and priority before the name. */
function buildinfosIn(paragraph: Paragraph): readonly string[] {
  const lines = ['checksums-sha256', 'checksums-sha1', 'files'].flatMap(
    (field) => paragraph.get(field) ?? [],
  )
  const names = lines.map((line) =>
    line.slice(Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t')) + 1),
  )
  return [...new Set(names.filter((name) => name.endsWith('.buildinfo')))]
}

const other = (what: string): MalformedError =>
  new MalformedError('BUILDINFO_FIELD_INVALID', `This is no buildinfo but ${what}`)
