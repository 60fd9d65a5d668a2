/* `multipart/form-data`: RFC 7578, with the framing of RFC 2046 section 5.1.1. */

export interface FormPart {
  readonly name: string
  /** Sent as a file: it has a file name, or is `application/octet-stream`. */
  readonly isFile: boolean
  readonly bytes: Uint8Array
}

export const FORM_TYPE = /^multipart\/form-data\b/i
/** RFC 2046: at most 70 of these characters, none of which would have to be escaped. */
const BOUNDARY = /;\s*boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'()+./:=?-]{1,70}))\s*(?:;|$)/i
/** Header lines of one part, in bytes. */
const MAX_HEAD = 4096
const DISPOSITION = /^content-disposition:\s*form-data\s*((?:;.*)?)$/im
const OCTETS = /^content-type:\s*application\/octet-stream\s*$/im
/** Quoted text may hold escapes and separators. */
const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))/g

/**
 * Parts of a form in their order, without those that have no name. Finds no more delimiters than it needs: a megabyte can hold
 * a hundred thousand.
 * @param most parts
 * @returns `undefined` if there are more
 * @throws SyntaxError it is no such form, or ends too early
 */
export function readFormParts(
  type: string,
  body: Uint8Array,
  most: number,
): readonly FormPart[] | undefined {
  const [, quoted, token] = BOUNDARY.exec(type) ?? []
  const boundary = quoted ?? token
  if (boundary === undefined) throw new SyntaxError('it has no boundary')
  const text = Buffer.from(body.buffer, body.byteOffset, body.length)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts: FormPart[] = []
  let at = text.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
    ? -2
    : text.indexOf(delimiter)
  for (let count = 0; ; count += 1) {
    if (at === text.length || (at === -1 && text.length > 0)) throw new SyntaxError('it has no end')
    const begin = at + delimiter.length
    if (text.toString('latin1', begin, begin + 2) === '--') return parts
    if (count === most) return undefined
    const next = text.indexOf(delimiter, begin)
    if (next === -1) throw new SyntaxError('it has no end')
    const part = readPart(text.subarray(begin, next + 2), next - begin)
    if (part !== undefined) parts.push(part)
    at = next
  }
}

/** @param length without the line end that belongs to the next delimiter, but may end the head too */
function readPart(part: Buffer, length: number): FormPart | undefined {
  const end = part.subarray(0, MAX_HEAD).indexOf('\r\n\r\n')
  if (end === -1) throw new SyntaxError('a part has no end of its headers')
  const head = part.toString('utf8', 0, end)
  const padding = /^[ \t]*(?:\r\n|$)/.exec(head)
  if (padding === null) throw new SyntaxError('a delimiter is no line')
  const [, parameters] = DISPOSITION.exec(head) ?? []
  if (parameters === undefined) return undefined
  const named = new Map<string, string>()
  for (const [, key = '', quoted, token = ''] of parameters.matchAll(PARAMETER))
    named.set(key.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? token)
  const name = named.get('name')
  if (name === undefined) return undefined
  const isFile = named.has('filename') || named.has('filename*') || OCTETS.test(head)
  return { name, isFile, bytes: part.subarray(Math.min(end + 4, length), length) }
}
