/** A version in the name of a file, and what stands before it. */
export interface Versioned {
  readonly product: string
  readonly version: string
}

/** In lower case, in capitals or with a capital: not every spelling, so that `-M1` is a milestone and `-m1` a processor. */
const WORDS =
  ['alpha', 'beta', 'rc', 'pre', 'preview', 'candidate', 'snapshot', 'nightly', 'canary', 'milestone'] // prettier-ignore
    .flatMap((word) => [word, word.toUpperCase(), word.slice(0, 1).toUpperCase() + word.slice(1)])
    .join('|')
const END = '(?![A-Za-z0-9])'
/** What comes before a release, and its number: `rc1`, `-rc.3`, `~beta2`, `-alpha`, `_pre-1`, `.dev4`. */
const BEFORE =
  String.raw`(?:[-._~+]?(?:${WORDS})|[._~+]?dev(?=[-._]?\d|[^A-Za-z0-9])|-dev(?=[-._]?\d)|[-.]M(?=\d))` +
  String.raw`(?:[-._]?(?!(?:32|64)(?!\d))\d+(?:\.\d+)*)?${END}`
/** And behind it: `-hotfix.1`, `-r0`, `.post1`, `.knots20240801`, `-5-g1a2b3c4`. */
const BEHIND = String.raw`(?:[-._](?:hotfix|patch|post|rev|p|r)[-._]?\d+|\.[A-Za-z]+\d{6,8}|-\d{1,6}-g[0-9a-f]{7,40})${END}`
/** `+git2024`, `~deb12`, `+build.5`. */
const BUILD = String.raw`[+~][A-Za-z0-9]+(?:\.\d+)*${END}`
const MORE = `(?:${BEFORE}|${BEHIND}|${BUILD}){0,4}`
const DATE = String.raw`(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)|\d{8}T\d{4,6}Z?`
const NUMBER = String.raw`\d+(?:\.\d+)+`
/** Openssl's `w`, OpenSSH's `p1`, Tor's `a3`. */
const LETTERS = `[A-Za-z][A-Za-z0-9]*`
const RELEASE = `${NUMBER}(?:${BEFORE}|${LETTERS})?`
/** A commit, as what was built between releases is called. */
const COMMIT = String.raw`(?=[a-f]*\d)[0-9a-f]{12,40}`
/** Not in the middle of a number. */
const WHOLE_END = String.raw`(?![A-Za-z0-9]|\.\d)`

const DOTTED = new RegExp(`[vV]?([rR]?(?:${DATE}|${RELEASE})${MORE})${WHOLE_END}`, 'y')
const WHOLE = new RegExp(
  String.raw`[vV]?((?:${COMMIT}|(?:\d+|[rR]\d+|b\d{3,})(?:${BEFORE}|[A-Za-z]\d{0,3}${END})?)${MORE})${WHOLE_END}`,
  'y',
)
/** `go1.21.5`, `tool.1.0`: without a separator, letters and then a number with a dot. */
const ATTACHED = new RegExp(String.raw`^([A-Za-z][A-Za-z+]*?)\.?v?(${RELEASE}${MORE})${WHOLE_END}`)

/** Words before `32`, `64` and `86` that make these an architecture, and words before `v7` or `v8a`. */
const BITS = new Set(['x', 'x86', 'win', 'windows', 'linux', 'lin', 'osx', 'macos', 'mac', 'darwin', 'amd', 'intel', 'ia', 'arm', 'mips', 'ppc', 'powerpc', 'sparc', 'riscv', 'freebsd', 'openbsd', 'netbsd', 'android', 'i']) // prettier-ignore
const ARM = new Set(['arm', 'armeabi', 'arm32', 'arm64', 'armhf', 'aarch64'])
const SYSTEMS = new Set(['ubuntu', 'debian', 'fedora', 'centos', 'rhel', 'el', 'macos', 'macosx', 'osx', 'darwin', 'windows', 'win', 'android', 'glibc', 'musl', 'api']) // prettier-ignore

/** A number that begins an extension is no part of a version. */
const NUMBERED_EXTENSION = /\.7z(?:\.\d{3})?$/

/**
 * The product and its version, as the name of a file says them: the version is the first number with a dot behind a hyphen or an
 * underscore, unless it is of a system (`tool-ubuntu-22.04-1.2`) and another follows; else one directly behind the letters that
 * the name begins with; else the first whole one. Architectures (`x86_64`, `win-64`, `arm64-v8a`, `64-bit`) are none.
 * `undefined`: there is none. Takes at most 255 characters.
 */
export function versionIn(name: string): Versioned | undefined {
  const text = name.replace(NUMBERED_EXTENSION, '')
  if (!BEGIN.test(text)) return undefined
  const end = PRODUCT.exec(text)?.[0].length ?? 0
  let [ofSystem, whole]: (Versioned | undefined)[] = []
  for (let at = 1; at < text.length && at - 1 <= end; at++) {
    if (!isSeparator(text[at - 1]) || !FIRST.test(text.charAt(at))) continue
    const product = text.slice(0, at - 1)
    const word = lastWord(product)
    const dotted = matchAt(DOTTED, text, at)
    if (dotted !== undefined) {
      const found = { product, version: dotted }
      if (!SYSTEMS.has(word) || word.length === product.length) return found
      ofSystem ??= found
    } else if (whole === undefined && !isArchitecture(text, at, word)) {
      const version = matchAt(WHOLE, text, at)
      if (version !== undefined) whole = { product, version }
    }
  }
  return ofSystem ?? attachedTo(text) ?? whole
}

/** With a letter in its first word: what begins with a number begins with a version. */
const BEGIN = /^\d*[A-Za-z]/
const PRODUCT = /^[\w.+-]*/
/** How a version begins. */
const FIRST = /[\da-fvVrR]/

function attachedTo(text: string): Versioned | undefined {
  const [, product, version] = ATTACHED.exec(text) ?? []
  return product === undefined || version === undefined ? undefined : { product, version }
}

const isSeparator = (character: string | undefined): boolean =>
  character === '-' || character === '_'

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[1]
}

/** In lower case. */
function lastWord(product: string): string {
  let start = product.length
  while (start > 0 && /[A-Za-z0-9]/.test(product.charAt(start - 1))) start -= 1
  return product.slice(start).toLowerCase()
}

function isArchitecture(text: string, at: number, word: string): boolean {
  const rest = text.slice(at)
  return (
    (BITS.has(word) && /^(?:32|64|86)(?!\d)/.test(rest)) ||
    (ARM.has(word) && /^v\d/.test(rest)) ||
    /^(?:32|64)[-_]?bits?(?![A-Za-z0-9])/i.test(rest)
  )
}
