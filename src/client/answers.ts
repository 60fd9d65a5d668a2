/*
 * Reads what a node says by the schemas of contract/. A walk over their plain JSON and not a compiler of schemas: these are
 * two hundred modules, for which whoever checks one file would wait.
 */
import type { TSchema } from 'typebox'
import { NetworkError } from '../base/errors.ts'
import type { ValueOf } from '../contract/schema.ts'

/** Reads a parsed JSON value as a `T`; `at` names the place in the answer. Members we do not know are dropped. */
export type Answer<T> = (value: unknown, at: string) => T

/** What a node said cannot be used. A stranger may be behind that address. */
export const unexpected = (message: string, cause?: unknown): NetworkError =>
  new NetworkError('ANSWER_UNEXPECTED', message, { cause })

const wrong = (at: string, wanted: string): NetworkError =>
  unexpected(`the node's answer is not understood: ${at} is not ${wanted}`)

/** @throws NetworkError ANSWER_UNEXPECTED what it returns, of a value that the schema does not describe */
export function answerOf<S extends TSchema>(schema: S): Answer<ValueOf<S>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it returns nothing but what the schema describes
  return walk(schema) as Answer<ValueOf<S>>
}

/** What of JSON Schema describes our answers. */
interface Plain {
  readonly type?: string
  readonly const?: string | number
  readonly enum?: readonly string[]
  readonly anyOf?: readonly Plain[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Plain
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Plain>>
  readonly required?: readonly string[]
}

const READ: ReadonlySet<string> = new Set(
  'type const enum anyOf pattern minimum maximum items maxItems properties required title description'.split(
    ' ',
  ),
)

function walk(schema: Plain): Answer<unknown> {
  const strange = Object.keys(schema).find((keyword) => !READ.has(keyword))
  if (strange !== undefined) throw new Error(`no answer is read by "${strange}"`)
  if (schema.const !== undefined) return exactly(schema.const)
  if (schema.enum !== undefined) return oneOf(schema.enum)
  if (schema.anyOf !== undefined) return anyOf(schema.anyOf)
  switch (schema.type) {
    case undefined:
      return (value) => value
    case 'null':
      return exactly(null)
    case 'string':
      return schema.pattern === undefined ? text : matching(new RegExp(schema.pattern, 'u'))
    case 'integer':
      return whole(schema)
    case 'boolean':
      return truth
    case 'array':
      return list(walk(schema.items ?? {}), schema.maxItems ?? Number.POSITIVE_INFINITY)
    case 'object':
      return object(schema)
    default:
      throw new Error(`no answer is read as "${schema.type}"`)
  }
}

const text: Answer<string> = (value, at) => {
  if (typeof value !== 'string') throw wrong(at, 'a text')
  return value
}

function matching(form: RegExp): Answer<string> {
  return (value, at) => {
    if (typeof value !== 'string' || !form.test(value))
      throw wrong(at, `a text like ${form.source}`)
    return value
  }
}

function whole({ minimum, maximum }: Plain): Answer<number> {
  const [least, most] = [minimum ?? Number.NEGATIVE_INFINITY, maximum ?? Number.POSITIVE_INFINITY]
  const range = minimum === undefined ? '' : ` from ${least} to ${most}`
  return (value, at) => {
    const isWhole = typeof value === 'number' && Number.isInteger(value)
    if (!isWhole || value < least || value > most) throw wrong(at, `a whole number${range}`)
    return value
  }
}

function exactly<T>(wanted: T): Answer<T> {
  return (value, at) => {
    if (value !== wanted) throw wrong(at, String(wanted))
    return wanted
  }
}

const truth: Answer<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw wrong(at, 'true or false')
  return value
}

function oneOf(words: readonly string[]): Answer<string> {
  return (value, at) => {
    const word = words.find((one) => one === value)
    if (word === undefined) throw wrong(at, `one of ${words.join(', ')}`)
    return word
  }
}

/** Alternatives are told apart by `null`, and by members that have one value alone. */
function anyOf(schemas: readonly Plain[]): Answer<unknown> {
  const isNullable = schemas.some(({ type }) => type === 'null')
  const alternatives = schemas
    .filter(({ type }) => type !== 'null')
    .map((schema) => ({ marks: marksOf(schema), read: walk(schema) }))
  return (value, at) => {
    if (value === null && isNullable) return null
    const fitting = alternatives.filter(({ marks }) =>
      marks.every(([name, mark]) => memberOf(value, name) === mark),
    )
    const [only, ...others] = fitting
    if (only === undefined || others.length > 0)
      throw wrong(at, `one of the ${alternatives.length} things that it can be`)
    return only.read(value, at)
  }
}

function marksOf({ properties = {} }: Plain): readonly (readonly [string, string | number])[] {
  return Object.entries(properties).flatMap(([name, { const: mark }]) =>
    mark === undefined ? [] : [[name, mark] as const],
  )
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

function list(answer: Answer<unknown>, most: number): Answer<readonly unknown[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) throw wrong(at, 'a list')
    return value.map((item: unknown, index) => answer(item, `${at}[${index}]`))
  }
}

function object({ properties = {}, required = [] }: Plain): Answer<object> {
  const members = Object.entries(properties).map(([name, schema]) => ({
    name,
    read: walk(schema),
    isRequired: required.includes(name),
  }))
  return (value, at) => {
    if (typeof value !== 'object' || value === null) throw wrong(at, 'an object')
    const read: Record<string, unknown> = {}
    for (const { name, read: answer, isRequired } of members) {
      const given = memberOf(value, name)
      if (isRequired || given !== undefined) read[name] = answer(given, `${at}.${name}`)
    }
    return read
  }
}
