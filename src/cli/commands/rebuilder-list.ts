/* A list of rebuilderd instances as the README of rebuilderd-community has it: TOML in the first fenced block of a Markdown text. */
import { parse } from 'smol-toml'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { MalformedError } from '../../base/errors.ts'

const List = Type.Object({
  rebuilder: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      url: Type.String({ pattern: '^https?://' }),
      distributions: Type.Array(Type.String()),
      country: Type.Optional(Type.String()),
      contact: Type.Optional(Type.String()),
    }),
  ),
})

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
  const hosts = new Map<string, Static<typeof List>['rebuilder']>()
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

function entriesIn(text: string): Static<typeof List>['rebuilder'] {
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
  if (!Value.Check(List, value) || !value.rebuilder.every(({ url }) => URL.canParse(url)))
    throw invalid('has no [[rebuilder]] tables with name, url and distributions')
  return value.rebuilder
}

const invalid = (problem: string, options?: ErrorOptions): MalformedError =>
  new MalformedError('FILE_INVALID', `The list of rebuilders ${problem}.`, options)
