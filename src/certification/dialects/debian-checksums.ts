import { type Algorithm, type Artifact, type Checksum, HEX_LENGTH } from '../artifacts/artifact.ts'
import { bareNameProblem } from '../artifacts/segment.ts'
import type { Paragraph } from './deb822.ts'
import { invalidField, missingField, quoted } from './field-error.ts'

const FIELDS: readonly (readonly [string, Algorithm])[] = [
  ['Checksums-Md5', 'md5'],
  ['Checksums-Sha1', 'sha1'],
  ['Checksums-Sha256', 'sha256'],
]

interface Row {
  readonly name: string
  readonly size: number
  readonly checksum: Checksum
}

/**
 * The files of deb-buildinfo(5)'s `Checksums-*` fields, merged by name in the order they first stand.
 * @throws MalformedError BUILDINFO_FIELD_MISSING without any such field, BUILDINFO_FIELD_INVALID if a
 * row cannot be read, a name stands twice in one field, or a file has two sizes.
 */
export function readChecksums(paragraph: Paragraph): readonly Artifact[] {
  const files = new Map<string, { name: string; size: number; checksums: Checksum[] }>()
  let present = false
  for (const [field, algorithm] of FIELDS) {
    const lines = paragraph.get(field.toLowerCase())
    if (lines === undefined) continue
    present = true
    const seen = new Set<string>()
    for (const line of lines) {
      if (line === '') continue
      const { name, size, checksum } = readRow(field, algorithm, line)
      if (seen.has(name)) throw invalidField(field, `names ${quoted(name)} twice`)
      seen.add(name)
      const file = files.get(name)
      if (file === undefined) {
        files.set(name, { name, size, checksums: [checksum] })
        continue
      }
      if (file.size !== size)
        throw invalidField(field, `gives ${quoted(name)} another size than the field before it`)
      file.checksums.push(checksum)
    }
  }
  if (!present)
    throw missingField('Checksums-Sha256', 'Without checksums a buildinfo certifies nothing.')
  if (files.size === 0) throw invalidField('Checksums-Sha256', 'must name at least one file')
  return [...files.values()]
}

function readRow(field: string, algorithm: Algorithm, line: string): Row {
  const words = line.split(/[ \t]+/)
  // Early dpkg wrote Checksums-Md5 like the Files of a .changes: section and priority before the name.
  if (words.length !== 3 && !(algorithm === 'md5' && words.length === 5))
    throw invalidField(field, `needs lines of "checksum size name", not ${quoted(line)}`)
  const hex = (words[0] ?? '').toLowerCase()
  if (hex.length !== HEX_LENGTH[algorithm] || !/^[0-9a-f]+$/.test(hex))
    throw invalidField(field, `needs ${HEX_LENGTH[algorithm]} hex digits, not ${quoted(hex)}`)
  const size = /^[0-9]{1,16}$/.test(words[1] ?? '') ? Number(words[1]) : Number.NaN
  if (!Number.isSafeInteger(size))
    throw invalidField(field, `needs a size in whole bytes, not ${quoted(words[1] ?? '')}`)
  const name = words.at(-1) ?? ''
  const problem = bareNameProblem(name)
  if (problem !== undefined)
    throw invalidField(field, `has the file name ${quoted(name)}, which ${problem}`)
  return { name, size, checksum: { algorithm, hex } }
}
