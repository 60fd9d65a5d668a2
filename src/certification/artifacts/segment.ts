/** Longest path segment and file name, in bytes of UTF-8: what every file system and client can take. */
const MAX_SEGMENT_BYTES = 255

/** Controls, format characters (also those that turn the writing direction), surrogates, private and unassigned ones. */
const UNPRINTABLE = /\p{C}/u

/** Nearly every text; the classes of Unicode above are slow. */
const ASCII = /^[ -~]*$/

/** Controls alone (C0, DEL, C1). */
const CONTROL = /\p{Cc}/u

/**
 * Why this text cannot stand between two slashes, as the end of a sentence ("… must not …");
 * undefined if it can. An empty text, `.`, `..`, slashes, backslashes and controls can never.
 */
export function segmentProblem(text: string): string | undefined {
  if (text === '') return 'must not be empty'
  if (text === '.' || text === '..') return 'must not be "." or ".."'
  if (text.includes('/') || text.includes('\\')) return 'must not contain a slash or backslash'
  const ascii = ASCII.test(text)
  if (!ascii && CONTROL.test(text)) return 'must not contain control characters'
  if ((ascii ? text.length : Buffer.byteLength(text)) > MAX_SEGMENT_BYTES)
    return `must not be longer than ${MAX_SEGMENT_BYTES} bytes`
  return undefined
}

/**
 * Why this is no bare file name, as the end of a sentence; undefined if it is one.
 * Stricter than a segment: everything in it can be seen, and no blank at either end.
 */
export function bareNameProblem(text: string): string | undefined {
  const problem = segmentProblem(text)
  if (problem !== undefined) return problem
  if (!ASCII.test(text) && UNPRINTABLE.test(text)) return 'must not contain unprintable characters'
  if (text.trim() !== text) return 'must not begin or end with a blank'
  return undefined
}
