/* A list of rebuilderd instances as the README of rebuilderd-community has it: TOML in the first fenced block of a Markdown text. */
import { parse } from 'smol-toml'
import * as Type from 'typebox'
import { isExpected, MalformedError } from '../../base/errors.ts'
import { answerOf } from '../../client/answers.ts'
import type { ValueOf } from '../../contract/schema.ts'

const List = Type.Object({
  rebuilder: Type.Array(
    Type.Object({
      name: Type.String({ pattern: '.' }),
      url: Type.String({ pattern: '^https?://' }),
      distributions: Type.Array(Type.String()),
      country: Type.Optional(Type.String()),
      contact: Type.Optional(Type.String()),
    }),
  ),
})

const readList = answerOf(List)
type Entries = ValueOf<typeof List>['rebuilder']

/** Who runs instances of rebuilderd at one host: one operator, with one vote. */
export interface ListedRebuilder {
  /** Of its only instance, else the host. */
  readonly name: string
  readonly host: string
  readonly urls: readonly string[]
  readonly distributions: readonly string[]
}

/** @throws MalformedError FILE_INVALID */
export function readRebuilderList(text: string): readonly ListedRebuilder[] {
  const hosts = new Map<string, Entries>()
  for (const one of entriesIn(text)) {
    const host = new URL(one.url).hostname.replace(/\.$/, '')
    hosts.set(host, [...(hosts.get(host) ?? []), one])
  }
  return [...hosts].map(([host, entries]) => ({
    name: entries.length === 1 ? (entries[0]?.name ?? host) : host,
    host,
    urls: entries.map(({ url }) => url),
    distributions: [...new Set(entries.flatMap(({ distributions }) => distributions))],
  }))
}

function entriesIn(text: string): Entries {
  const lines = text.split(/\r?\n/)
  const begin = lines.findIndex((line) => line.startsWith('```'))
  const end = lines.findIndex((line, at) => at > begin && line.startsWith('```'))
  const toml = begin === -1 ? lines : lines.slice(begin + 1, end === -1 ? undefined : end)
  let value: unknown
  try {
    value = parse(toml.join('\n'))
  } catch (cause) {
    throw invalid('holds no TOML', { cause })
  }
  const entries = formOf(value)
  if (entries?.every(({ url }) => URL.canParse(url)) === true) return entries
  throw invalid('has no [[rebuilder]] tables with name, url and distributions')
}

function formOf(value: unknown): Entries | undefined {
  try {
    return readList(value, 'it').rebuilder
  } catch (error) {
    if (isExpected(error)) return undefined
    throw error
  }
}

const invalid = (problem: string, options?: ErrorOptions): MalformedError =>
  new MalformedError('FILE_INVALID', `The list of rebuilders ${problem}.`, options)
