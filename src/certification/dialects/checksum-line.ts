import { type Algorithm, ALGORITHMS, HEX_LENGTH } from '../artifacts/artifact.ts'
import { trimBlanks } from './blanks.ts'

/** What one line of a list of checksums says. */
export type ChecksumLine =
  /** `algorithm` is undefined where it is one that is not known here, like BLAKE2b. */
  | {
      readonly kind: 'sum'
      readonly algorithm: Algorithm | undefined
      readonly hex: string
      /** As written, escapes resolved: it can hold anything. */
      readonly path: string
    }
  /** What follows is of that algorithm; `undefined`: of one that is not known here. */
  | { readonly kind: 'heading'; readonly algorithm: Algorithm | undefined }
  /** Blank, or behind a `#`. */
  | { readonly kind: 'remark' }
  /** `problem` is the end of the sentence "Line N …". */
  | { readonly kind: 'other'; readonly problem: string }

const NO_LINE = 'is no line of sha256sum or sha512sum'
const BYTE_ORDER_MARK = '\ufeff'

/** How OpenSSL, coreutils and BSD write those that are known here, in lower case. */
const NAMES: ReadonlyMap<string, Algorithm> = new Map(
  ALGORITHMS.flatMap((algorithm) => {
    const bits = algorithm.replace(/^\D+/, '')
    const names = algorithm.startsWith('sha')
      ? [algorithm, `sha-${bits}`, `sha2-${bits}`, `sha2${bits}`]
      : [algorithm]
    return names.map((name) => [name, algorithm] as const)
  }),
)
/** Of `sha224sum` and `sha384sum`: a sum, though one that is not known here. */
const OTHER_LENGTHS: ReadonlySet<number> = new Set([56, 96])

const HEX = /^([0-9a-f]{32,128})[ \t]/i
const TAGGED = /^([A-Za-z][A-Za-z0-9/-]{0,15}) ?\(/
const TAG_END = /^\) ?= ?([0-9a-f]{1,256})$/i
const LONGEST_TAG_END = 260
const HEADING =
  /^[#*=\s-]*(?:checksums?-)?(md5|sha[123]?-?\d{0,3}(?:-\d{3})?|blake[23][bs]?|whirlpool|rmd-?160|sm3)(?:[ _-]?(?:hash(?:es)?|(?:check)?sums?|digests?))?\s*:?[#*=\s-]*$/i
const LONGEST_HEADING = 64
/** "SHA sums" does not say of which length. */
const VAGUE: ReadonlySet<string> = new Set(['sha', 'sha2'])

/**
 * Reads a line as `sha256sum -c` does, and what others write: `hex  name`, `hex *name` (also behind one blank or a tab),
 * `SHA256 (name) = hex`; a `\` before it says that the name is escaped; carriage returns and blanks at its end do not matter.
 * Without a tag the algorithm is that of the heading above it if the length fits (`# BLAKE2B HASH` and SHA-512 have the same),
 * else it follows from the length. Linear.
 * @param heading the algorithm of the heading above; `null` if that is not known here
 */
export function readChecksumLine(
  line: string,
  heading: Algorithm | null | undefined,
): ChecksumLine {
  const whole = withoutEnd(line)
  const text = trimBlanks(whole)
  if (text === '') return { kind: 'remark' }
  if (text.startsWith(BYTE_ORDER_MARK))
    return { kind: 'other', problem: 'begins with a byte order mark, which sha256sum cannot read' }
  const named = text.length > LONGEST_HEADING ? null : HEADING.exec(text)
  const algorithm = (named?.[1] ?? '').toLowerCase()
  if (named !== null && !VAGUE.has(algorithm))
    return { kind: 'heading', algorithm: NAMES.get(algorithm) }
  if (named !== null || text.startsWith('#')) return { kind: 'remark' }
  const isEscaped = text.startsWith('\\')
  const content = isEscaped ? text.slice(1) : text
  const found = untagged(content, heading) ?? tagged(content)
  if (found === undefined) return { kind: 'other', problem: NO_LINE }
  if (!isEscaped || found.kind !== 'sum') return found
  const path = unescaped(found.path)
  return path === undefined
    ? { kind: 'other', problem: 'has an escape in its name that is none' }
    : { ...found, path }
}

function untagged(text: string, heading: Algorithm | null | undefined): ChecksumLine | undefined {
  const hex = HEX.exec(text)?.[1]
  if (hex === undefined) return undefined
  const algorithm = ALGORITHMS.find((one) => HEX_LENGTH[one] === hex.length)
  if (algorithm === undefined && !OTHER_LENGTHS.has(hex.length)) return undefined
  const rest = text.slice(hex.length + 1)
  const path = trimBlanks(rest.startsWith('*') || rest.startsWith(' ') ? rest.slice(1) : rest)
  if (path === '') return undefined
  return {
    kind: 'sum',
    // SHA-256 and SHA-512 have the lengths that others have too
    algorithm: heading === null && hex.length >= HEX_LENGTH.sha256 ? undefined : algorithm,
    hex: hex.toLowerCase(),
    path,
  }
}

function tagged(text: string): ChecksumLine | undefined {
  const tag = TAGGED.exec(text)
  const end = text.lastIndexOf(')')
  if (tag === null || end < tag[0].length || text.length - end > LONGEST_TAG_END) return undefined
  const hex = TAG_END.exec(text.slice(end))?.[1]
  const path = text.slice(tag[0].length, end)
  if (hex === undefined || path === '') return undefined
  const name = tag[1] ?? ''
  const algorithm = NAMES.get(name.toLowerCase())
  if (algorithm !== undefined && hex.length !== HEX_LENGTH[algorithm])
    return { kind: 'other', problem: `needs ${HEX_LENGTH[algorithm]} hex digits for ${algorithm}` }
  return { kind: 'sum', algorithm, hex: hex.toLowerCase(), path }
}

/** A list that went through two programs which each made CRLF of line feeds ends its lines with CR CR LF. */
function withoutEnd(line: string): string {
  let end = line.length
  while (end > 0 && line[end - 1] === '\r') end -= 1
  return line.slice(0, end)
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\\\', '\\'],
  ['\\n', '\n'],
  ['\\r', '\r'],
])

function unescaped(path: string): string | undefined {
  let isWrong = false
  const text = path.replace(/\\[^]?/g, (escape) => {
    const meant = ESCAPES.get(escape)
    if (meant === undefined) isWrong = true
    return meant ?? ''
  })
  return isWrong ? undefined : text
}
