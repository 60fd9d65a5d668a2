/* Exports of src/ that no other file names. */
import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'

/** A type that is there for the compiler alone, which would call it unused if it were not exported. */
const ASSERTION = /\bSameType</

type Statement = ReturnType<typeof parseSync>['program']['body'][number]

interface Exported {
  readonly names: readonly string[]
  readonly isType: boolean
  /** What others see of it: without the body of a function. */
  readonly said: string
}

/**
 * A type may be exported that only what is exported beside it speaks of: whoever calls that may have to name it.
 * @param sources paths below src/ with their texts
 * @param others the same of what imports from them, by paths from src/
 * @returns a sentence for each fault
 */
export function unusedExports(
  sources: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): readonly string[] {
  const named = new Set([...sources, ...others].flatMap(([file, text]) => namedIn(file, text)))
  return [...sources].flatMap(([file, text]) => {
    const exported = parseSync(file, text).program.body.flatMap((one) => exportedBy(one, text))
    return exported.flatMap((one) =>
      one.names
        .filter((name) => !named.has(`${file} ${name}`))
        .filter(() => !ASSERTION.test(one.said))
        .filter((name) => !one.isType || !exported.some((beside) => speaksOf(beside, name)))
        .map((name) => `${file} exports ${name}, which no other file names`),
    )
  })
}

/** A file and a name of it for each that another file imports; whatever word it has, where it imports the whole or later. */
function namedIn(file: string, text: string): readonly string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module
  const from = (request: string): string =>
    posix.join(posix.dirname(file), request).replace(/^(?:\.\.\/)+src\//, '')
  const anyOf = (request: string): readonly string[] =>
    [...new Set(text.match(/\w+/g))].map((word) => `${from(request)} ${word}`)
  return [
    ...staticImports.flatMap(({ moduleRequest: { value }, entries }) =>
      entries.flatMap(({ importName: { name } }) =>
        name === null ? anyOf(value) : [`${from(value)} ${name}`],
      ),
    ),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, importName: { name } }) =>
        moduleRequest === null ? [] : [`${from(moduleRequest.value)} ${name ?? ''}`],
      ),
    ),
    ...dynamicImports.flatMap(({ moduleRequest: { start, end } }) =>
      anyOf(text.slice(start + 1, end - 1)),
    ),
  ]
}

function exportedBy(statement: Statement, text: string): readonly Exported[] {
  if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) return []
  const { declaration } = statement
  const said = text.slice(declaration.start, declaration.end)
  if (declaration.type === 'VariableDeclaration') {
    const names = declaration.declarations.flatMap(({ id }) =>
      id.type === 'Identifier' ? [id.name] : [],
    )
    return [{ names, isType: false, said }]
  }
  const isType =
    declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'TSTypeAliasDeclaration'
  if (isType) return [{ names: [declaration.id.name], isType, said }]
  if (declaration.type !== 'FunctionDeclaration' && declaration.type !== 'ClassDeclaration')
    return []
  const { id, body, start, end } = declaration
  const isFunction = declaration.type === 'FunctionDeclaration'
  const names = id === null ? [] : [id.name]
  return [{ names, isType, said: text.slice(start, isFunction ? (body?.start ?? end) : end) }]
}

const speaksOf = ({ names, said }: Exported, name: string): boolean =>
  !names.includes(name) && new RegExp(`\\b${name}\\b`).test(said)
