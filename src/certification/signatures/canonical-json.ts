import { MalformedError } from '../../base/errors.ts'

/** So deep may values stand in each other; a link of rebuilderd has four levels. */
const MAX_DEPTH = 16

/**
 * The octets that in-toto signs: no blanks, names in the order of their code points, whole numbers only
 * (OLPC's "Canonical JSON"; `securesystemslib.formats.encode_canonical`, in-toto-rs `interchange/cjson`).
 * Control characters, and a backslash before an n, are refused: the two implementations sign different octets for most of them, so
 * that nobody can say what was signed. Without them the result is JSON itself.
 * @throws MalformedError BUILDINFO_SYNTAX
 */
export const canonicalJson = (value: unknown): string => write(value, 0)

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw unsigned(`values in more than ${MAX_DEPTH} others`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return writeText(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw unsigned('a number that is not whole')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map((one) => write(one, depth + 1)).join(',')}]`
  if (typeof value !== 'object') throw unsigned('something else than JSON')
  const members = Object.entries(value)
  const inOrder = members.some(([name]) => BEYOND.test(name)) ? byCodePoints : byCodeUnits
  members.sort(([one], [other]) => inOrder(one, other))
  const written = members.map(([name, one]) => `${writeText(name)}:${write(one, depth + 1)}`)
  return `{${written.join(',')}}`
}

/** Only where a name goes beyond 16 bits do the two orders differ. */
const BEYOND = /[\ud800-\udfff]/
const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : 1)
const byCodePoints = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other))

function writeText(text: string): string {
  if (/\p{Cc}|\p{Cs}|\\n/u.test(text))
    throw unsigned('a control character, half a character or a backslash before an n')
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

const unsigned = (what: string): MalformedError =>
  new MalformedError(
    'BUILDINFO_SYNTAX',
    `The link has ${what} in it, which canonical JSON cannot sign.`,
  )
