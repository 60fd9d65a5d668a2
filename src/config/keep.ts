/* The `[[keep]]` tables of a config file: what a node keeps of the feeds of others. */
import { readFingerprint } from '../base/fingerprint.ts'
import { didYouMean } from '../base/nearest.ts'
import type { KeepRule } from '../contract/scope.ts'
import { TableError } from './table-error.ts'

/** As it stands in the file: a policy is not read yet. */
export interface KeepTable extends KeepRule {
  /** A policy file, whose operators' keys are the rebuilders. */
  readonly policy?: string
}

type Path = readonly (string | number)[]

const KEYS = ['collection', 'rebuilders', 'policy', 'architectures', 'newest']
const MOST_RULES = 64
const MOST_REBUILDERS = 4_096
const MOST_ARCHITECTURES = 64
const MOST_VERSIONS = 10_000
/** Debian Policy §11.1: names of architectures. */
const ARCHITECTURE = /^[a-z0-9][a-z0-9-]{0,63}$/

/**
 * Reads the `[[keep]]` tables. Without one everything is kept.
 * @param collections names of those of this node
 * @throws TableError
 */
export function readKeepTables(
  value: unknown,
  collections: readonly string[],
): readonly KeepTable[] {
  if (!Array.isArray(value)) throw invalid(['keep'], 'keep must be written as [[keep]]')
  if (value.length === 0)
    throw invalid(
      ['keep'],
      'an empty list would keep nothing: write a [[keep]] rule, or leave it out to keep everything',
    )
  if (value.length > MOST_RULES)
    throw invalid(['keep', MOST_RULES], `more than ${MOST_RULES} rules of what to keep`)
  return value.map((table: unknown, at) => readTable(table, ['keep', at], collections))
}

function readTable(table: unknown, path: Path, collections: readonly string[]): KeepTable {
  if (typeof table !== 'object' || table === null || Array.isArray(table))
    throw invalid(path, 'keep must be written as [[keep]]')
  const values = new Map<string, unknown>(Object.entries(table))
  for (const key of values.keys())
    if (!KEYS.includes(key))
      throw new TableError(
        [...path, key],
        `a rule of what to keep has no "${key}"${didYouMean(key, KEYS)}`,
        true,
      )
  if (values.size === 0)
    throw invalid(
      path,
      `this rule names nothing and would keep everything: give it ${KEYS.join(', ')}, or leave all [[keep]] out`,
    )
  if (values.has('rebuilders') && values.has('policy'))
    throw invalid(
      [...path, 'policy'],
      'rebuilders and policy both say whose certifications to keep: leave one of them out, or write two rules',
    )
  const of = <T>(key: string, read: (value: unknown, at: Path) => T): T | undefined =>
    values.has(key) ? read(values.get(key), [...path, key]) : undefined
  const collection = of('collection', (one, at) => readCollection(one, at, collections))
  const rebuilders = of('rebuilders', readRebuilders)
  const policy = of('policy', readPolicyPath)
  const architectures = of('architectures', readArchitectures)
  const newest = of('newest', readNewest)
  return {
    ...(collection === undefined ? {} : { collection }),
    ...(rebuilders === undefined ? {} : { rebuilders }),
    ...(policy === undefined ? {} : { policy }),
    ...(architectures === undefined ? {} : { architectures }),
    ...(newest === undefined ? {} : { newest }),
  }
}

function readCollection(value: unknown, path: Path, collections: readonly string[]): string {
  if (typeof value === 'string' && collections.includes(value)) return value
  const hint = typeof value === 'string' ? didYouMean(value, collections) : ''
  throw invalid(path, `collection must be one of: ${collections.join(', ')}${hint}`)
}

function readRebuilders(value: unknown, path: Path): readonly string[] {
  const rule = 'rebuilders must be a list of fingerprints, each with 40 or 64 hex digits'
  const items = listOf(value, path, { rule, most: MOST_REBUILDERS })
  const read = items.map((text, at) => {
    const fingerprint = readFingerprint(text)
    if (fingerprint === undefined)
      throw invalid([...path, at], `"${text}" is no fingerprint: it must have 40 or 64 hex digits`)
    return fingerprint
  })
  return [...new Set(read)].toSorted()
}

function readArchitectures(value: unknown, path: Path): readonly string[] {
  const rule = 'architectures must be a list like ["amd64", "all"]'
  const items = listOf(value, path, { rule, most: MOST_ARCHITECTURES })
  for (const [at, text] of items.entries())
    if (!ARCHITECTURE.test(text))
      throw invalid([...path, at], `"${text}" is no architecture: write one like amd64 or all`)
  return [...new Set(items)].toSorted()
}

function readNewest(value: unknown, path: Path): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MOST_VERSIONS)
    return Number(value)
  throw invalid(
    path,
    `newest must be a whole number from 1 to ${MOST_VERSIONS}, without quotes: versions of each source`,
  )
}

function readPolicyPath(value: unknown, path: Path): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value
  throw invalid(path, 'policy must be the path of a policy file, in quotes')
}

function listOf(
  value: unknown,
  path: Path,
  { rule, most }: { readonly rule: string; readonly most: number },
): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(path, rule)
  if (value.length > most) throw invalid(path, `${rule}; this one has more than ${most}`)
  return value.map((item: unknown, at) => {
    if (typeof item !== 'string') throw invalid([...path, at], rule)
    return item
  })
}

const invalid = (path: Path, message: string): TableError => new TableError(path, message, false)
