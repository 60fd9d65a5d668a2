import { readFingerprint } from '../base/fingerprint.ts'
import type { DialectName } from '../certification/dialects/dialect.ts'
import { didYouMean } from '../base/nearest.ts'
import { TableError } from './table-error.ts'

/**
 * What a node takes into its own feed: any key that verifies, also what cannot be verified, keys from the
 * configured keyrings, or these keys (fingerprints in upper case).
 */
export type Admit = 'any' | 'unverified' | 'known-keys' | readonly string[]

export interface CollectionConfig {
  readonly name: string
  readonly dialect: DialectName
  readonly admit: Admit
}

export const DEFAULT_COLLECTIONS: readonly CollectionConfig[] = [
  { name: 'debian', dialect: 'debian', admit: 'any' },
  { name: 'maven', dialect: 'jvm', admit: 'any' },
  { name: 'rebuilderd', dialect: 'in-toto', admit: 'any' },
]

const DIALECTS: readonly DialectName[] = ['debian', 'jvm', 'checksums', 'in-toto']
export const ADMIT_WORDS = ['any', 'unverified', 'known-keys'] as const
const KEYS = ['name', 'dialect', 'admit']
const MAX_COLLECTIONS = 64

/** First path segments that belong to fixed routes, now or by the plan of the HTTP API. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(
  (
    'agreement announcements api artifacts assets bundles catalog certifications collections ' +
    'compare docs events evidence export favicon favicon.ico feeds health heads help holes index ' +
    'keys metrics network openapi openapi.json peers pks policy proof ready rebuilders rejected ' +
    'robots robots.txt search sources static status style style.css submit verdict version withheld'
  ).split(' '),
)

/**
 * Reads the `[[collection]]` tables of a config file. An empty list is refused: without the key there are the default ones.
 * @throws TableError
 */
export function readCollections(value: unknown): readonly CollectionConfig[] {
  if (!Array.isArray(value))
    throw invalid(['collection'], 'collection must be written as [[collection]]')
  if (value.length === 0) {
    const message =
      'a node without a collection takes nothing: name one, or leave it out for the default ones'
    throw invalid(['collection'], message)
  }
  if (value.length > MAX_COLLECTIONS)
    throw invalid(['collection', MAX_COLLECTIONS], `more than ${MAX_COLLECTIONS} collections`)
  const seen = new Set<string>()
  return value.map((table: unknown, index) => {
    const collection = readCollection(table, ['collection', index])
    if (seen.has(collection.name)) {
      const message = `the collection "${collection.name}" is there twice`
      throw invalid(['collection', index, 'name'], message)
    }
    seen.add(collection.name)
    return collection
  })
}

function readCollection(table: unknown, path: readonly (string | number)[]): CollectionConfig {
  if (typeof table !== 'object' || table === null || Array.isArray(table))
    throw invalid(path, 'collection must be written as [[collection]]')
  const values = new Map<string, unknown>(Object.entries(table))
  for (const key of values.keys())
    if (!KEYS.includes(key)) {
      const hint = didYouMean(key, KEYS)
      throw new TableError([...path, key], `a collection has no setting "${key}"${hint}`, true)
    }
  const word = (key: string): string => {
    const value = values.get(key)
    if (value === undefined) throw invalid(path, `this collection has no ${key}`)
    if (typeof value !== 'string') throw invalid([...path, key], `${key} must be a text in quotes`)
    return value
  }
  return {
    name: readName(word('name'), [...path, 'name']),
    dialect: readDialect(word('dialect'), [...path, 'dialect']),
    admit: values.has('admit') ? readAdmit(values.get('admit'), [...path, 'admit']) : 'any',
  }
}

function readName(name: string, path: readonly (string | number)[]): string {
  if (RESERVED_NAMES.has(name))
    throw invalid(path, `"${name}" is a fixed address of every node and cannot name a collection`)
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    const rule = 'must be 1 to 32 lower-case letters, digits and hyphens, a letter first'
    throw invalid(path, `name ${rule}`)
  }
  return name
}

function readDialect(text: string, path: readonly (string | number)[]): DialectName {
  const dialect = DIALECTS.find((name) => name === text)
  if (dialect !== undefined) return dialect
  const known = DIALECTS.join(', ')
  throw invalid(path, `unknown dialect "${text}" (known: ${known})${didYouMean(text, DIALECTS)}`)
}

function readAdmit(value: unknown, path: readonly (string | number)[]): Admit {
  const word = ADMIT_WORDS.find((one) => one === value)
  if (word !== undefined) return word
  const rule = 'admit must be "any", "unverified", "known-keys" or a list of fingerprints'
  if (!Array.isArray(value) || value.length === 0) throw invalid(path, rule)
  return value.map((text: unknown, index) => {
    const fingerprint = typeof text === 'string' ? readFingerprint(text) : undefined
    if (fingerprint === undefined)
      throw invalid([...path, index], 'a fingerprint in admit has 40 or 64 hex digits')
    return fingerprint
  })
}

const invalid = (path: readonly (string | number)[], message: string): TableError =>
  new TableError(path, message, false)
