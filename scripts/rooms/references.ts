/* Names of files and links that comments and documents of src/ have, and that lead nowhere. */
import { parseSync } from 'oxc-parser'

const FILE = /`([\w./-]+\.(?:ts|md)|(?:src|scripts|test)\/[\w./-]+\.\w+)`/g
/** In documents, by its room and without an extension; a name of a room is one too. */
const PLACE = /`([\w-]+(?:\/[\w-]+)+)`/g
const LINK = /\{@link\s+(\w+)(?:\.(\w+))?/g
const DECLARED = /\b(?:interface|type|class|const|let|function\*?)\s+(\w+)/g
/** Stands in recipes for whatever somebody adds. */
const ANY_NAME = /\bNAME\b/

interface Source {
  /** Without comments. */
  readonly code: string
  readonly comments: string
}

/**
 * @param sources paths below src/ with their texts
 * @param documents the same of Markdown
 * @param paths every file of the repository
 * @returns a sentence for each fault
 */
export function staleReferences(
  sources: ReadonlyMap<string, string>,
  documents: ReadonlyMap<string, string>,
  paths: readonly string[],
): readonly string[] {
  const parsed = new Map([...sources].map(([file, text]) => [file, split(file, text)]))
  const declaring = declarationsIn([...parsed.values()])
  const isFile = (name: string): boolean => paths.some((path) => `/${path}`.endsWith(`/${name}`))
  return [
    ...[...parsed].flatMap(([file, source]) => [
      ...filesIn(source.comments, isFile).map((name) => `${file} names ${name}, which is no file`),
      ...linksIn(source, declaring).map((name) => `${file} links to ${name}, which is nowhere`),
    ]),
    ...[...documents].flatMap(([file, text]) =>
      [...filesIn(text, isFile), ...placesIn(text, [...sources.keys()])].map(
        (name) => `${file} names ${name}, which is no file`,
      ),
    ),
  ]
}

function split(file: string, text: string): Source {
  const { comments } = parseSync(file, text)
  let code = ''
  let at = 0
  for (const { start, end } of comments) {
    code += text.slice(at, start)
    at = end
  }
  return { code: code + text.slice(at), comments: comments.map(({ value }) => value).join('\n') }
}

/** Of each name the code of the files that declare it. */
function declarationsIn(sources: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { code } of sources)
    for (const [, name = ''] of code.matchAll(DECLARED))
      found.set(name, [...(found.get(name) ?? []), code])
  return found
}

const filesIn = (text: string, isFile: (name: string) => boolean): readonly string[] =>
  [...text.matchAll(FILE)]
    .map(([, name = '']) => name)
    .filter((name) => !ANY_NAME.test(name) && !isFile(name))

/** What begins like a room of `sources` is a room or a file in it. */
function placesIn(text: string, sources: readonly string[]): readonly string[] {
  const isHere = (beginning: string): boolean => sources.some((file) => file.startsWith(beginning))
  return [...text.matchAll(PLACE)]
    .map(([, name = '']) => name)
    .filter((name) => isHere(`${name.split('/')[0] ?? ''}/`))
    .filter((name) => !isHere(`${name}/`) && !sources.includes(`${name}.ts`))
}

const has = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text)

/** A link leads to what its file has in its code, or to what some file declares; with a member, where that is too. */
function linksIn(
  { code, comments }: Source,
  declaring: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return [...comments.matchAll(LINK)].flatMap(([, name = '', member]) => {
    const places = [...(has(code, name) ? [code] : []), ...(declaring.get(name) ?? [])]
    if (member === undefined) return places.length > 0 ? [] : [name]
    return places.some((place) => has(place, member)) ? [] : [`${name}.${member}`]
  })
}
