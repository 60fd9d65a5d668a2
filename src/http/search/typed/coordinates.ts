import type { Meaning, Step } from './meaning.ts'

/** `pkg:type/namespace/name@version?qualifiers#subpath`, https://github.com/package-url/purl-spec */
const PURL = /^pkg:\/*([a-z][a-z0-9.+-]*)\/([^?#]+)(\?[^#]*)?/i
/** `group:artifact:version[:classifier][@type]`, and what Maven prints: `group:artifact:type:version`. */
const COORDINATES =
  /(?<![\w.:/-])([\w.~+-]+):([\w.~+-]+)(?::([\w.~+-]+))?(?::([\w.~+-]+))?(?::([\w.~+-]+))?(?:@([\w.+-]+))?(?![\w:/])/

/** How the builds of others name a dependency: group, artifact, version. */
const ELEMENTS = {
  group: [/<groupId>\s*([^<\s]+)/i, /\b(?:group|groupId|org|organisation)\s*[:=]\s*["']([^"']+)/i],
  name: [/<artifactId>\s*([^<\s]+)/i, /\b(?:name|module|artifactId)\s*[:=]\s*["']([^"']+)/i],
  version: [/<version>\s*([^<\s]+)/i, /\b(?:version|rev)\s*[:=]\s*["']([^"']+)/i],
} as const

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A package URL; undefined if it is none. */
export function readPurl(text: string): Step | undefined {
  const [, , path = '', qualifiers = ''] = PURL.exec(text) ?? []
  const at = path.lastIndexOf('@')
  const [before, version] = at > 0 ? [path.slice(0, at), path.slice(at + 1)] : [path, undefined]
  const segments = before.split('/').filter(Boolean).map(decoded)
  const name = segments.pop()
  if (name === undefined) return undefined
  const versions = version === undefined ? [] : [decoded(version)]
  const checksum = new URLSearchParams(qualifiers).get('checksum')
  const hex = /:([0-9a-f]{32,128})(?:,|$)/i.exec(checksum ?? '')?.[1]
  return [
    { kind: 'named', name, group: segments.join('/') || undefined, versions },
    ...(hex === undefined ? [] : [{ kind: 'hex' as const, hex: hex.toLowerCase() }]),
  ]
}

/** Maven's coordinates as they stand in a build, or in what one prints; undefined if there are none. */
export function readCoordinates(text: string): readonly Step[] | undefined {
  const [group, name, version] = [ELEMENTS.group, ELEMENTS.name, ELEMENTS.version].map((forms) =>
    forms.map((form) => form.exec(text)?.[1]).find((found) => found !== undefined),
  )
  if (group !== undefined && name !== undefined)
    return [[{ kind: 'named', name, group, versions: version === undefined ? [] : [version] }]]
  // sbt: "g" % "a" % "v"; Leiningen: [g/a "v"]
  const plain = text.replaceAll(/["'`]/g, '').replaceAll(/\s*%{1,3}\s*/g, ':')
  const found = COORDINATES.exec(plain)
  if (found === null) return undefined
  const [, first = '', second = '', ...rest] = found
  const type = rest.pop()
  const parts = rest.filter((part) => part !== undefined)
  const named: Meaning = { kind: 'named', name: second, group: first, versions: parts }
  const isFile = type !== undefined || parts.length > 1
  const file = [first, second, ...parts].join(':') + (type === undefined ? '' : `@${type}`)
  return isFile ? [[{ kind: 'file', name: file }], [named]] : [[named]]
}
