/* In what two buildinfos differ beside their artifacts: what somebody looks at who asks why checksums do. Pure. */
import type { DialectName } from '../dialects/dialect.ts'
import { readParagraph } from '../dialects/deb822.ts'
import { readProperties } from '../dialects/properties.ts'
import { MalformedError } from '../../base/errors.ts'
import type { CooperativeTask } from '../../base/cooperative-task.ts'

/** What one side says of one thing, and the other of the same; `null`: nothing. */
export interface Difference {
  /** As the dialect calls the field, in lower case in Debian's. */
  readonly field: string
  /** What in that field: a package, a variable, a file. Empty where the field is one value. */
  readonly item: string
  readonly left: string | null
  readonly right: string | null
}

export interface Compared {
  readonly differences: readonly Difference[]
  /** How many items are equal. */
  readonly equal: number
}

/** By field and item. */
type Items = Pick<ReadonlyMap<string, ReadonlyMap<string, string>>, 'get' | 'keys'>

/**
 * One text and one field after the other.
 * @param left the signed text
 * @throws MalformedError BUILDINFO_SYNTAX
 */
export function* differencesInSteps(
  dialect: DialectName,
  left: string,
  right: string,
): CooperativeTask<Compared> {
  const one = READ[dialect](left)
  yield
  const other = READ[dialect](right)
  yield
  const differences: Difference[] = []
  let equal = 0
  for (const field of new Set([...one.keys(), ...other.keys()])) {
    yield
    const [mine, theirs] = [one.get(field) ?? NONE, other.get(field) ?? NONE]
    for (const item of [...new Set([...mine.keys(), ...theirs.keys()])].toSorted()) {
      const [a, b] = [mine.get(item) ?? null, theirs.get(item) ?? null]
      if (a === b) equal += 1
      else differences.push({ field, item, left: a, right: b })
    }
  }
  return { differences, equal }
}

const NONE: ReadonlyMap<string, string> = new Map()

const READ: Readonly<Record<DialectName, (text: string) => Items>> = {
  debian: (text) =>
    new Map(
      [...readParagraph(text)].flatMap(([field, lines]) =>
        // that a file differs is said once, by the strong one
        WEAK.includes(field) ? [] : [[field, itemsIn(field, lines)] as const],
      ),
    ),
  jvm: (text) => singleValues(readProperties(text)),
  checksums: (text) => new Map([['checksums', new Map(text.split('\n').flatMap(sumLine))]]),
  'in-toto': (text) => {
    const value: unknown = parsed(text)
    return singleValues(new Map(flattened('', value)))
  },
}

/** Fields of one value each. */
const singleValues = (values: ReadonlyMap<string, string>): Items => ({
  keys: () => values.keys(),
  get: (field) => {
    const value = values.get(field)
    return value === undefined ? undefined : new Map([['', value]])
  },
})

const WEAK = ['checksums-md5', 'checksums-sha1']

/** Fields whose lines are items with a name. */
function itemsIn(field: string, lines: readonly string[]): ReadonlyMap<string, string> {
  const content = lines.filter((line) => line !== '')
  if (field === 'installed-build-depends') return new Map(content.map(dependency))
  if (field === 'environment') return new Map(content.map(variable))
  if (field.startsWith('checksums-')) return new Map(content.map(checksum))
  return new Map([['', content.join(' ')]])
}

/** `gcc-12 (= 12.2.0-14),` */
function dependency(line: string): readonly [string, string] {
  const [, name = line, version = ''] = /^(\S+)(?: \((.*)\))?,?$/.exec(line) ?? []
  return [name, version]
}

/** `LANG="C.UTF-8"` */
function variable(line: string): readonly [string, string] {
  const at = line.indexOf('=')
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}

/** `HEX SIZE NAME` */
function checksum(line: string): readonly [string, string] {
  const at = line.lastIndexOf(' ')
  return [line.slice(at + 1), line.slice(0, Math.max(at, 0))]
}

/** `HEX  NAME` */
function sumLine(line: string): readonly (readonly [string, string])[] {
  const [, hex, name] = /^([0-9a-f]+) [ *](.+)$/i.exec(line) ?? []
  return hex === undefined || name === undefined ? [] : [[name, hex.toLowerCase()]]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MalformedError('BUILDINFO_SYNTAX', 'The link is no JSON.', { cause })
  }
}

/** `products / a.deb / sha256`. Canonical JSON is at most 16 deep. */
function flattened(path: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  const entries = Object.entries(value)
  if (entries.length === 0) return [[path, Array.isArray(value) ? '[]' : '{}']]
  return entries.flatMap(([name, one]) => flattened(path === '' ? name : `${path} / ${name}`, one))
}
