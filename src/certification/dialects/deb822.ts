import { trimBlanks } from './blanks.ts'
import { quoted, syntaxError } from './field-error.ts'

/** Field name in lower case to its lines, each without blanks around it; a line ` .` is an empty one. */
export type Paragraph = ReadonlyMap<string, readonly string[]>

/** Everything below a blank but tab and line feed, and DEL. A carriage return is one too: line ends are LF here. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/

/** deb822(5): printable ASCII but colon, not beginning with `#` or `-`. */
const NAME = /^[!"$-,.-9;-~][!-9;-~]*$/

/**
 * Reads the one paragraph of a text in the grammar of deb822(5): fields are named without regard to
 * case, a line that begins with a blank continues the field above, a line of blanks ends the paragraph.
 * @throws MalformedError BUILDINFO_SYNTAX: a control character, a field twice, a second paragraph
 * (what an unsigned text could be smuggled in by), a line that is no field.
 */
export function readParagraph(text: string): Paragraph {
  const fields = new Map<string, string[]>()
  let current: string[] | undefined
  let ended = false
  let number = 0
  for (const line of text.split('\n')) {
    number += 1
    if (CONTROL.test(line)) throw syntaxError(number, 'contains a control character')
    const content = trimBlanks(line)
    if (content === '') {
      ended = fields.size > 0
      continue
    }
    if (ended) throw syntaxError(number, 'begins a second paragraph, but a buildinfo has only one')
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (current === undefined) throw syntaxError(number, 'continues a field, but none has begun')
      current.push(content === '.' ? '' : content)
      continue
    }
    current = beginField(fields, line, number)
  }
  return fields
}

function beginField(fields: Map<string, string[]>, line: string, number: number): string[] {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  if (!NAME.test(name)) throw syntaxError(number, `is no "Field: value" line: ${quoted(line)}`)
  const key = name.toLowerCase()
  if (fields.has(key)) throw syntaxError(number, `has the field ${quoted(name)} a second time`)
  const lines = [trimBlanks(line.slice(colon + 1))]
  fields.set(key, lines)
  return lines
}

/** A field that may be folded over lines but means one line; undefined if it is absent or empty. */
export function folded(paragraph: Paragraph, name: string): string | undefined {
  const value = trimBlanks(paragraph.get(name.toLowerCase())?.join(' ') ?? '')
  return value === '' ? undefined : value
}
