import { compareDigits, endOfDigits, isDigit } from './digits.ts'

/** The parts of deb-version(7), as text. What is missing is empty, and that is 0. */
export interface DebianVersion {
  readonly epoch: string
  readonly upstream: string
  readonly revision: string
}

/** Takes any text: what is no number before the first colon is no epoch, and stays where it is. */
export function readDebianVersion(text: string): DebianVersion {
  const digits = endOfDigits(text, 0)
  const epochEnd = digits > 0 && text[digits] === ':' ? digits : -1
  const rest = text.slice(epochEnd + 1)
  const hyphen = rest.lastIndexOf('-')
  return {
    epoch: text.slice(0, Math.max(epochEnd, 0)),
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  }
}

/**
 * deb-version(7), "Sorting algorithm", as dpkg's `verrevcmp` does it. Negative if `a` is the older, 0 for two ways to
 * write one version (`1.0`, `1.00-0`). Linear.
 */
export function compareDebianVersions(a: DebianVersion, b: DebianVersion): number {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareParts(a.upstream, b.upstream) ||
    compareParts(a.revision, b.revision)
  )
}

/** What is no digit, then the number behind it, and so on to the end of both. */
function compareParts(a: string, b: string): number {
  let [at, other] = [0, 0]
  while (at < a.length || other < b.length) {
    while (isWord(a, at) || isWord(b, other)) {
      const difference = weight(a, at) - weight(b, other)
      if (difference !== 0) return difference
      at += 1
      other += 1
    }
    const [end, otherEnd] = [endOfDigits(a, at), endOfDigits(b, other)]
    const difference = compareDigits(a.slice(at, end), b.slice(other, otherEnd))
    if (difference !== 0) return difference
    at = end
    other = otherEnd
  }
  return 0
}

const isWord = (text: string, at: number): boolean => at < text.length && !isDigit(text, at)

const TILDE = 0x7e
const CASE = 0x20
const BEHIND_LETTERS = 0x1_0000

/** `~` before the end, which is where a number begins too; then letters, then all else. */
function weight(text: string, at: number): number {
  if (!isWord(text, at)) return 0
  const code = text.charCodeAt(at)
  if (code === TILDE) return -1
  const lower = code | CASE
  return lower >= 0x61 && lower <= 0x7a ? code : code + BEHIND_LETTERS
}
