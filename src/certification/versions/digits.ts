import { compareText } from '../../base/compare-text.ts'

/** ASCII only: other digits are letters here, in every ecosystem. */
export function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** The place behind the run of digits that begins at `at`; `at` itself if there is none. */
export function endOfDigits(text: string, at: number): number {
  let end = at
  while (end < text.length && isDigit(text, end)) end += 1
  return end
}

/** Without the zeros in front; nothing at all for zero. */
export function withoutZeros(digits: string): string {
  let from = 0
  while (digits.charCodeAt(from) === 48) from += 1
  return digits.slice(from)
}

/** Two runs of digits as numbers, of any length and without loss; an empty one is 0. Negative if `a` is the smaller. */
export function compareDigits(a: string, b: string): number {
  const [left, right] = [withoutZeros(a), withoutZeros(b)]
  return left.length - right.length || compareText(left, right)
}
