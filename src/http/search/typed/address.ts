import { type Meaning, plainVersion, type Step } from './meaning.ts'
/** Segments of a path that are looked at: the last. */
const SEGMENTS = 12
/** What a page elsewhere asks for: its values are what somebody means. */
const ASKED: readonly string[] = [
  'q',
  'name',
  'artifact',
  'source',
  'sha512',
  'sha256',
  'sha1',
  'md5',
  'rebuilder',
  'search',
  'keywords',
  'package',
  'query',
]
const WITH_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/\S+$/i
/** `node.example/debian/hello`, `//node.example/…`, `127.0.0.1:8000/…` */
const WITHOUT_SCHEME =
  /^(?:\/\/)?(?:[a-z0-9-]+\.)+[a-z0-9-]*[a-z0-9](?::\d+)?\/\S*$|^(?:\/\/)?(?:localhost|\[[0-9a-f:]+\])(?::\d+)?\/\S*$/i

/** An address, split; `undefined` if it is none. */
export interface Address {
  readonly segments: readonly string[]
  /** Values of its question that name something. */
  readonly asked: readonly string[]
}

export function readAddress(text: string): Address | undefined {
  const whole = WITH_SCHEME.test(text)
    ? text
    : WITHOUT_SCHEME.test(text)
      ? `http://${text.replace(/^\/\//, '')}`
      : undefined
  if (whole === undefined || !URL.canParse(whole)) return undefined
  const { pathname, searchParams } = new URL(whole)
  const asked = ASKED.flatMap((name) => searchParams.getAll(name)).filter((one) => one !== '')
  return { segments: segmentsOf(pathname), asked }
}

/** Decoded; what is no escape stays as it is. */
export function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .filter((one) => one !== '')
    .map((one) => {
      try {
        return decodeURIComponent(one)
      } catch {
        return one
      }
    })
}

/**
 * What a path leads to, on this node, in Maven Central, in Debian's pool and elsewhere: the page itself; the file at its end;
 * a source; what the file's name says; a name in it with a version behind it; any name in it.
 */
export function pathSteps(all: readonly string[]): readonly Step[] {
  const segments = all.slice(-SEGMENTS)
  const last = segments.at(-1)
  if (last === undefined) return []
  const isFile = /\.[a-z][a-z0-9]*$/i.test(last)
  const steps: readonly Step[] = [
    [{ kind: 'page', segments: all }],
    isFile ? [{ kind: 'file', name: last }] : [],
    ...tailsOf(segments, 1),
    ...tailsOf(segments.slice(0, -1), 2),
    nameAndVersion(last),
    ...segments.map((name, at) => withVersion(name, segments.slice(at + 1))),
    /^v?\d/.test(last) ? [{ kind: 'version', version: plainVersion(last), isGuess: true }] : [],
    ...segments
      .toReversed()
      .map((one): Step => [{ kind: 'named', name: one.replace(/\.html?$/i, ''), versions: [] }]),
  ]
  return steps.filter((step) => step.length > 0)
}

const tailsOf = (segments: readonly string[], shortest: number): readonly Step[] =>
  segments
    .map((_, at) => segments.slice(at))
    .filter(({ length }) => length >= shortest)
    .map((tail) => [{ kind: 'path', segments: tail }])

function withVersion(name: string, behind: readonly string[]): Step {
  const words = behind.flatMap((one) => one.split(/[\s,]+/))
  const versions = words.map(plainVersion).filter((one) => /^\d/.test(one))
  return versions.length === 0 ? [] : [{ kind: 'named', name, versions }]
}

/** Before a version, whole: where its end or its beginning could move, `=====` would take cubic time. */
const BEFORE_VERSION = /(?<![\s_=@:/(,-])[\s_=@:/(,-]+(?![\s_=@:/(,-])(?=[<>=~v]*\s*\d)/gi

/** Splits of `hello_2.10-3_amd64.deb`, `commons csv 1.10.0`, `stamina-core_2.12-0.1.6`, wherever a version can begin. */
export function nameAndVersion(text: string): readonly Meaning[] {
  const meanings: Meaning[] = []
  for (const { index, 0: between } of text.matchAll(BEFORE_VERSION)) {
    if (index === 0 || meanings.length === 8) continue
    // apt: hello:amd64=2.10-3
    const name = text.slice(0, index).replace(/:[a-z0-9-]+$/, '')
    const version = plainVersion(text.slice(index + between.length))
    if (version !== '') meanings.push({ kind: 'named', name, versions: [version] })
  }
  return meanings
}
