import { NetworkError } from '../base/errors.ts'

/** Reads a parsed JSON value as a `T`; `at` names the place in the answer. Members we do not know are dropped. */
export type Answer<T> = (value: unknown, at: string) => T

/** What a node said cannot be used. A stranger may be behind that address. */
export function unexpected(message: string, cause?: unknown): NetworkError {
  return new NetworkError('ANSWER_UNEXPECTED', message, { cause })
}

function wrong(at: string, wanted: string): NetworkError {
  return unexpected(`the node's answer is not understood: ${at} is not ${wanted}`)
}

export const text: Answer<string> = (value, at) => {
  if (typeof value !== 'string') throw wrong(at, 'a text')
  return value
}

export function matching(form: RegExp): Answer<string> {
  return (value, at) => {
    if (typeof value !== 'string' || !form.test(value))
      throw wrong(at, `a text like ${form.source}`)
    return value
  }
}

export const number: Answer<number> = (value, at) => {
  if (typeof value !== 'number') throw wrong(at, 'a number')
  return value
}

export function whole(minimum: number, maximum: number): Answer<number> {
  return (value, at) => {
    const isWhole = typeof value === 'number' && Number.isInteger(value)
    if (!isWhole || value < minimum || value > maximum)
      throw wrong(at, `a whole number from ${minimum} to ${maximum}`)
    return value
  }
}

export function exactly<T extends string | number>(wanted: T): Answer<T> {
  return (value, at) => {
    if (value !== wanted) throw wrong(at, String(wanted))
    return wanted
  }
}

export const truth: Answer<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw wrong(at, 'true or false')
  return value
}

export function oneOf<T extends string>(words: readonly T[]): Answer<T> {
  return (value, at) => {
    const word = words.find((one) => one === value)
    if (word === undefined) throw wrong(at, `one of ${words.join(', ')}`)
    return word
  }
}

export function orNull<T>(answer: Answer<T>): Answer<T | null> {
  return (value, at) => (value === null ? null : answer(value, at))
}

/** @param most how many there can be; any number if absent */
export function list<T>(answer: Answer<T>, most = Number.POSITIVE_INFINITY): Answer<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) throw wrong(at, 'a list')
    return value.map((item: unknown, index) => answer(item, `${at}[${index}]`))
  }
}

/** Wraps the reader of a member that may be absent. */
export interface Maybe<T> {
  readonly maybe: Answer<T>
}
export function maybe<T>(answer: Answer<T>): Maybe<T> {
  return { maybe: answer }
}

type Shape<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Maybe<Exclude<T[K], undefined>> : Answer<T[K]>
}

/** An object of these members. */
export function object<T extends object>(shape: Shape<T>): Answer<T> {
  const members = Object.entries<Answer<unknown> | Maybe<unknown>>(shape)
  const required = members.filter(([, one]) => typeof one === 'function').map(([name]) => name)
  const isAll = (read: object): read is T => required.every((name) => Object.hasOwn(read, name))
  return (value, at) => {
    if (typeof value !== 'object' || value === null) throw wrong(at, 'an object')
    const given = new Map<string, unknown>(Object.entries(value))
    const read: Record<string, unknown> = {}
    for (const [name, member] of members) {
      const here = `${at}.${name}`
      if (typeof member === 'function') read[name] = member(given.get(name), here)
      else if (given.get(name) !== undefined) read[name] = member.maybe(given.get(name), here)
    }
    if (!isAll(read)) throw wrong(at, `an object with ${required.join(', ')}`)
    return read
  }
}
