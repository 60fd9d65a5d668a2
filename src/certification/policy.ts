/* Whom a user believes, and how many of them it takes. Pure: reads what a TOML file has already been parsed to. */
import { readFingerprint } from '../base/fingerprint.ts'
import { counted } from '../base/counted.ts'
import { didYouMean } from '../base/nearest.ts'
import { addressTrouble } from '../base/node-address.ts'
import { type MaxAge, readMaxAge } from './max-age.ts'
import { type Path, PolicyError } from './policy-error.ts'
import { readOwners, refuseUnowned } from './policy-owners.ts'

/** A person or group with one vote. */
export interface Operator {
  readonly name: string
  /** Fingerprints, 40 or 64 upper-case hex digits: of a primary key, or of one of its subkeys, which stands for it. */
  readonly keys: readonly string[]
  /** Peer ids of the owners of feeds whose word says how fresh is what a node has of it; those of the policy if absent. */
  readonly owners?: readonly string[] | undefined
}

/** For artifacts that fit both, where they are given: `debian` is what has a Debian control file. The first that fits decides. */
export interface Rule {
  readonly collection?: string | undefined
  /** `*` stands for any signs. */
  readonly name?: string | undefined
  readonly threshold?: number | undefined
  /** Why nobody has to certify it. */
  readonly ignore?: string | undefined
}

export type Severity = 'block' | 'warn'

export interface Policy {
  /** So many operators must agree. */
  readonly threshold: number
  readonly operators: readonly Operator[]
  readonly rules: readonly Rule[]
  readonly contradiction: Severity
  /** What an apt hook does when no node answers. */
  readonly unreachable: Severity
  /** What an apt hook does with what too few operators, or none, have certified. */
  readonly insufficient: Severity
  readonly unknown: Severity
  /** A node that has heard nothing newer of an operator's owners counts as one that does not answer; any age if absent. */
  readonly maxAge?: MaxAge | undefined
  /** For operators that name none of their own. With {@link maxAge} every operator has some. */
  readonly owners?: readonly string[] | undefined
  /** Addresses of the nodes to ask; empty: those of the command line. */
  readonly nodes: readonly string[]
}

const KEYS = [
  'threshold',
  'operator',
  'rule',
  'contradiction',
  'unreachable',
  'insufficient',
  'unknown',
  'max-age',
  'owners',
  'nodes',
] as const
const MOST_OPERATORS = 1_000

type Table = Readonly<Record<string, unknown>>

/** @throws PolicyError POLICY_INVALID */
export function readPolicy(values: Table): Policy {
  onlyKeys(values, KEYS, [])
  const operators = tables(values['operator'], 'operator').map(readOperator)
  if (operators.length === 0)
    throw new PolicyError([], 'The policy names no [[operator]]: nobody could ever agree.')
  refuseTwins(operators)
  const threshold = readThreshold(values['threshold'], operators.length, ['threshold'])
  if (threshold === undefined)
    throw new PolicyError([], 'The policy has no threshold: how many operators must agree?')
  const policy = {
    threshold,
    operators,
    rules: tables(values['rule'], 'rule').map((rule, at) => readRule(rule, at, operators.length)),
    contradiction: readSeverity(values, 'contradiction'),
    unreachable: readSeverity(values, 'unreachable'),
    insufficient: readSeverity(values, 'insufficient'),
    unknown: readSeverity(values, 'unknown'),
    maxAge: readMaxAge(values['max-age']),
    owners: readOwners(values['owners'], ['owners'], ''),
    nodes: readNodes(values['nodes'] ?? []),
  }
  refuseUnowned(policy)
  return policy
}

function readNodes(value: unknown): readonly string[] {
  const nodes = texts(value, ['nodes'], 'nodes must be a list of addresses')
  const trouble = nodes.map(addressTrouble).find((one) => one !== undefined)
  if (trouble === undefined) return nodes
  throw new PolicyError(['nodes'], `${trouble}.`)
}

/** The first rule that fits an artifact, by its name and of what kind it is. */
export function ruleFor(
  { rules }: Policy,
  { name, collection }: { readonly name: string; readonly collection?: string | undefined },
): Rule | undefined {
  return rules.find(
    (rule) =>
      (rule.name === undefined || fits(rule.name, name)) &&
      (rule.collection === undefined || rule.collection === collection),
  )
}

/** Without a regular expression: a pattern of many stars would take for ever. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return name === pattern
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

function readOperator(table: Table, at: number): Operator {
  const path = ['operator', at]
  onlyKeys(table, ['name', 'keys', 'owners'], path)
  const { name } = table
  if (typeof name !== 'string' || name === '' || name.length > 100)
    throw new PolicyError(path, `operator ${at + 1} must have a name of 1 to 100 characters.`)
  const what = `operator "${name}": keys must be a list of fingerprints`
  const keys = texts(table['keys'] ?? [], [...path, 'keys'], what).map((key) => {
    const fingerprint = readFingerprint(key)
    if (fingerprint === undefined)
      throw new PolicyError(
        [...path, 'keys'],
        `operator "${name}": "${key}" is no fingerprint: those have 40 or 64 hex digits. A short key id can be imitated.`,
      )
    return fingerprint
  })
  if (keys.length === 0) throw new PolicyError(path, `operator "${name}" has no keys.`)
  const owners = readOwners(table['owners'], [...path, 'owners'], `operator "${name}": `)
  return { name, keys: [...new Set(keys)], owners }
}

function refuseTwins(operators: readonly Operator[]): void {
  if (operators.length > MOST_OPERATORS)
    throw new PolicyError(['operator'], `There are more than ${MOST_OPERATORS} operators.`)
  const owners = new Map<string, string>()
  const names = new Map<string, readonly string[]>()
  for (const [at, { name, keys }] of operators.entries()) {
    const before = names.get(name)
    if (before !== undefined)
      throw new PolicyError(
        ['operator', at],
        `operator "${name}" stands twice. It has one vote and one [[operator]], and all its keys stand in that: keys = ${JSON.stringify([...new Set([...before, ...keys])])}.`,
      )
    names.set(name, keys)
    for (const key of keys) {
      const owner = owners.get(key)
      if (owner !== undefined)
        throw new PolicyError(
          ['operator', at],
          `key ${key} belongs to operator "${owner}" and to "${name}": one key has one vote.`,
        )
      owners.set(key, name)
    }
  }
}

function readRule(table: Table, at: number, operators: number): Rule {
  const path = ['rule', at]
  onlyKeys(table, ['collection', 'name', 'threshold', 'ignore'], path)
  const text = (key: string): string | undefined => {
    const value = table[key]
    if (value === undefined) return undefined
    if (typeof value === 'string' && value !== '') return value
    throw new PolicyError([...path, key], `rule ${at + 1}: ${key} must be a text in quotes.`)
  }
  const rule = {
    collection: text('collection'),
    name: text('name'),
    threshold: readThreshold(table['threshold'], operators, [...path, 'threshold']),
    ignore: text('ignore'),
  }
  if (rule.collection === undefined && rule.name === undefined)
    throw new PolicyError(path, `rule ${at + 1} must say for which collection or name it is.`)
  if ((rule.threshold === undefined) === (rule.ignore === undefined))
    throw new PolicyError(
      path,
      `rule ${at + 1} must have either a threshold, or ignore = "why nobody has to certify it".`,
    )
  return rule
}

function readThreshold(value: unknown, operators: number, path: Path): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    throw new PolicyError(path, 'threshold must be a whole number, 1 at least.')
  if (value > operators)
    throw new PolicyError(
      path,
      `threshold is ${value}, and the policy names ${counted(operators, 'operator')}: nothing could ever reach it.`,
    )
  return value
}

type Weighed = 'contradiction' | 'unreachable' | 'insufficient' | 'unknown'

function readSeverity(values: Table, key: Weighed): Severity {
  const value = values[key] ?? 'block'
  if (value === 'block' || value === 'warn') return value
  throw new PolicyError([key], `${key} must be "block" or "warn".`)
}

function tables(value: unknown, name: string): readonly Table[] {
  if (value === undefined) return []
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.map((item) => {
    if (isTable(item)) return item
    throw new PolicyError([name], `${name} must be written as [[${name}]].`)
  })
}

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function texts(value: unknown, path: Path, what: string): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  const found = items.filter((item) => typeof item === 'string')
  if (found.length < items.length) throw new PolicyError(path, `${what}.`)
  return found
}

function onlyKeys(table: Table, allowed: readonly string[], path: Path): void {
  const stray = Object.keys(table).find((key) => !allowed.includes(key))
  if (stray === undefined) return
  const where = path.length === 0 ? 'the policy' : `[[${path[0] ?? ''}]]`
  const isOfPolicy = path.length > 0 && KEYS.some((key) => key === stray)
  const hint = isOfPolicy ? ABOVE : didYouMean(stray, allowed)
  throw new PolicyError([...path, stray], `there is no key "${stray}" in ${where}${hint}`)
}

/** In TOML everything below a heading belongs to it, whatever blank lines stand between. */
const ABOVE =
  ': it is of the whole policy, and belongs above the first [[operator]] and [[rule]], to which everything below them belongs.'
