import { trimBlanks } from './blanks.ts'
import { quoted, syntaxError } from './field-error.ts'

/** The longest line of 11,795 real files has 394 characters. */
const MAX_LINE = 8192

/** Everything below a blank but tab and line ends, and DEL. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/

const KEY = /^[A-Za-z0-9._-]+$/

/**
 * Reads `key=value` lines as sbt, Maven and Gradle write a buildinfo. That is *not* what
 * `java.util.Properties` reads: values are never escaped (`line.separator=\n` has a real backslash),
 * a key ends at the first `=`. Lines end with LF or CRLF, those that begin with `#` are comments.
 * Keys stand in the order of the file, values without blanks around them (a clearsigned text loses them).
 * @throws MalformedError BUILDINFO_SYNTAX
 */
export function readProperties(text: string): ReadonlyMap<string, string> {
  const control = text.search(CONTROL)
  if (control >= 0)
    throw syntaxError(text.slice(0, control).split('\n').length, 'contains a control character')
  const properties = new Map<string, string>()
  let number = 0
  for (const raw of text.split('\n')) {
    number += 1
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line.length > MAX_LINE) throw syntaxError(number, `has more than ${MAX_LINE} characters`)
    if (line.startsWith('#') || trimBlanks(line) === '') continue
    const equals = line.indexOf('=')
    const key = line.slice(0, Math.max(equals, 0))
    if (!KEY.test(key)) throw syntaxError(number, `is no "key=value" line: ${quoted(line)}`)
    if (properties.has(key)) throw syntaxError(number, `has ${quoted(key)} a second time`)
    properties.set(key, trimBlanks(line.slice(equals + 1)))
  }
  return properties
}
