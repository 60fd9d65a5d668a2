/**
 * Without blanks and tabs at either end. `trim()` would take Unicode's blanks too, which are part of a value here,
 * and a regular expression for the end is quadratic.
 */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
