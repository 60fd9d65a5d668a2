import { parse, TomlError } from 'smol-toml'

/** A config file's text and what it says. */
export interface TomlFile {
  readonly text: string
  readonly values: Readonly<Record<string, unknown>>
}

/** @throws TomlError, with the line */
export const readToml = (text: string): TomlFile => ({ text, values: parse(text) })

/**
 * The line (from 1) on which the statement begins that gives `path`: keys of tables and positions in lists.
 *
 * The parser tells no positions, so ever longer beginnings of the text are parsed: the first one that has
 * the path ends with its statement, and the one before that could be parsed ends just above it.
 * Quadratic, for a file that the operator wrote, once, before refusing it.
 */
export function lineOf(file: TomlFile, path: readonly (string | number)[]): number {
  const lines = file.text.split('\n')
  let whole = 0
  for (let count = 1; count <= lines.length; count++) {
    const values = tryParse(lines.slice(0, count).join('\n'))
    if (values === undefined) continue
    if (has(values, path)) return whole + 1
    whole = count
  }
  return 1
}

function tryParse(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof TomlError) return undefined
    throw error
  }
}

function has(values: unknown, path: readonly (string | number)[]): boolean {
  let value: unknown = values
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false
    value = new Map<string, unknown>(Object.entries(value)).get(String(step))
  }
  return true
}
