/* What must be said above a function that opens or makes something: what it promises, and who closes it. */
import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'

type Statement = ReturnType<typeof parseSync>['program']['body'][number]

interface Declared {
  /** Interfaces and types that it is made of. */
  readonly of: readonly string[]
  readonly hasClose: boolean
}

const MAKES = /^(?:open|make|build|start|watch)(?:[A-Z]|$)/
/** It must be a word of its own: `close`, `closes`, `closed`, `closing`. */
const SAYS_WHO_CLOSES = /\bclos(?:e|es|ed|ing)\b/i
const DOCSTRING = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/
const CLOSE = /^\s*(?:readonly )?close\b/m

/**
 * An exported function with such a name has a docstring; where what it returns has `close`, that says who closes it.
 * @param sources paths below src/ with their texts
 * @returns a sentence for each fault
 */
export function faultsOfDocstrings(sources: ReadonlyMap<string, string>): readonly string[] {
  const declared = new Map([...sources].map(([file, text]) => [file, declaredIn(file, text)]))
  return [...sources].flatMap(([file, text]) =>
    functionsIn(file, text)
      .filter(({ name }) => MAKES.test(name))
      .flatMap(({ name, docstring, returned }) => {
        if (docstring === undefined)
          return [`${file} exports ${name}, and nothing says what it promises`]
        if (SAYS_WHO_CLOSES.test(docstring) || !mustBeClosed(returned, file, declared)) return []
        return [`${file} exports ${name}, and nothing says who closes what it returns`]
      }),
  )
}

interface Found {
  readonly name: string
  readonly docstring: string | undefined
  /** The type that it returns, as it is written. */
  readonly returned: string
}

function functionsIn(file: string, text: string): readonly Found[] {
  return parseSync(file, text).program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) return []
    const docstring = DOCSTRING.exec(text.slice(0, statement.start))?.[1]
    const { declaration } = statement
    const found = (
      name: string,
      type: { start: number; end: number } | null | undefined,
    ): Found => ({
      name,
      docstring,
      returned: type ? text.slice(type.start, type.end) : '',
    })
    if (declaration.type === 'FunctionDeclaration')
      return declaration.id === null ? [] : [found(declaration.id.name, declaration.returnType)]
    if (declaration.type !== 'VariableDeclaration') return []
    return declaration.declarations.flatMap(({ id, init }) =>
      id.type === 'Identifier' && init?.type === 'ArrowFunctionExpression'
        ? [found(id.name, init.returnType)]
        : [],
    )
  })
}

/** By its name for each type of a file; what is imported stands under the name that it has here. */
function declaredIn(file: string, text: string): ReadonlyMap<string, Declared | string> {
  const { program, module } = parseSync(file, text)
  const imported = module.staticImports.flatMap(({ moduleRequest: { value }, entries }) =>
    value.startsWith('.')
      ? entries.map(({ importName, localName }): [string, string] => [
          localName.value,
          `${posix.join(posix.dirname(file), value)} ${importName.name ?? ''}`,
        ])
      : [],
  )
  return new Map<string, Declared | string>([
    ...imported,
    ...program.body.flatMap((statement) => typesOf(statement, text)),
  ])
}

function typesOf(statement: Statement, text: string): readonly [string, Declared][] {
  const one =
    statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? statement) : statement
  if (one.type === 'TSInterfaceDeclaration' || one.type === 'ClassDeclaration') {
    if (one.id === null) return []
    const hasClose = CLOSE.test(text.slice(one.body.start + 1, one.body.end))
    const above = text.slice(one.id.end, one.body.start)
    return [[one.id.name, { of: wordsOf(above), hasClose }]]
  }
  if (one.type !== 'TSTypeAliasDeclaration') return []
  const { start, end } = one.typeAnnotation
  return [[one.id.name, typeOf(text.slice(start, end))]]
}

const typeOf = (written: string): Declared => ({
  of: wordsOf(written),
  hasClose: /\bclose\s*[:(]/.test(written),
})

const wordsOf = (text: string): readonly string[] => [...new Set(text.match(/\w+/g))]

function mustBeClosed(
  returned: string,
  file: string,
  declared: ReadonlyMap<string, ReadonlyMap<string, Declared | string>>,
): boolean {
  const looked = new Set<string>()
  const look = (from: string, type: Declared): boolean =>
    type.hasClose || type.of.some((name) => lookAt(from, name))
  const lookAt = (from: string, name: string): boolean => {
    if (looked.has(`${from} ${name}`)) return false
    looked.add(`${from} ${name}`)
    const there = declared.get(from)?.get(name)
    if (there === undefined) return false
    if (typeof there !== 'string') return look(from, there)
    const [other = '', theirs = ''] = there.split(' ')
    return lookAt(other, theirs)
  }
  return look(file, typeOf(returned))
}
