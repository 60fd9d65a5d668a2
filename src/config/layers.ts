import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { TomlError } from 'smol-toml'
import { ConfigError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import type { Setting } from './setting.ts'
import { environmentName, FILE_KEYS, ROWS, TABLES } from './settings.ts'
import { lineOf, readToml, type TomlFile } from '../base/toml-file.ts'

/** What one layer says: texts by the setting's name, and how to name the place of each in a message. */
export interface Layer {
  readonly texts: ReadonlyMap<string, readonly string[]>
  /** Relative paths count from here. */
  readonly folder: string
  readonly place: (name: string) => string
}

/** What came on the command line, as `parseArgs` gives it. */
export type Flags = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>

export type Environment = Readonly<Record<string, string | undefined>>

/** Set by container platforms for a service that has our name; none of them is a setting. */
const FOREIGN = /^COUNTERSIGN_(?:SERVICE_|PORT$|PORT_)/

const MAX_FILE = 1024 * 1024

export function flagLayer(flags: Flags, folder: string): Layer {
  const texts = new Map<string, readonly string[]>()
  for (const row of ROWS) {
    const given = flags[row.name]
    if (given === undefined) continue
    texts.set(row.name, (Array.isArray(given) ? given : [given]).map(String))
  }
  return { texts, folder, place: (name) => `--${name}` }
}

/**
 * Lists are separated by commas; an empty variable is none.
 * @throws ConfigError SETTING_UNKNOWN
 */
export function environmentLayer(environment: Environment, folder: string): Layer {
  const names = new Map(ROWS.map((row) => [environmentName(row.name), row]))
  const texts = new Map<string, readonly string[]>()
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('COUNTERSIGN_') || FOREIGN.test(name) || name === 'COUNTERSIGN_CONFIG')
      continue
    const row = names.get(name)
    if (row === undefined) {
      const hint = didYouMean(name, [...names.keys()])
      throw new ConfigError(
        'SETTING_UNKNOWN',
        `environment ${name}: there is no such setting${hint}`,
      )
    }
    if (text === undefined || text === '') continue
    texts.set(row.name, row.kind === 'list' ? text.split(',').map((one) => one.trim()) : [text])
  }
  return { texts, folder, place: (name) => `environment ${environmentName(name)}` }
}

export function defaultLayer(folder: string): Layer {
  const texts = new Map(ROWS.map((row) => [row.name, row.fallback]))
  return { texts, folder, place: () => 'default' }
}

/** A config file, read. */
export interface FileLayer extends Layer {
  /** The path as the operator gave it. */
  readonly shown: string
  readonly toml: TomlFile
}

/** @throws ConfigError SETTING_INVALID, SETTING_UNKNOWN, with file and line */
export async function fileLayer(path: string, folder: string): Promise<FileLayer> {
  const file = resolve(folder, path)
  const toml = parseFile(await readText(file, path), path)
  const place = (name: string): string => `${path} line ${lineOf(toml, [name])}`
  const texts = new Map<string, readonly string[]>()
  for (const [key, value] of Object.entries(toml.values)) {
    if (TABLES.includes(key)) continue
    const row = ROWS.find((one) => one.name === key)
    if (row === undefined) {
      const message = `${place(key)}: there is no setting "${key}"${didYouMean(key, FILE_KEYS)}`
      throw new ConfigError('SETTING_UNKNOWN', message)
    }
    const given = fileTexts(row, value)
    if (typeof given === 'string')
      throw new ConfigError('SETTING_INVALID', `${place(key)}: ${key} ${given}`)
    texts.set(key, given)
  }
  return { shown: path, toml, texts, folder: dirname(file), place }
}

/** The value as texts, or what is wrong with its type. */
function fileTexts(row: Setting<unknown>, value: unknown): readonly string[] | string {
  if (row.kind === 'integer')
    return Number.isInteger(value) ? [String(value)] : 'must be a whole number, without quotes'
  if (row.kind === 'switch')
    return typeof value === 'boolean' ? [String(value)] : 'must be true or false, without quotes'
  if (row.kind === 'text') return typeof value === 'string' ? [value] : 'must be a text in quotes'
  const given: readonly unknown[] = Array.isArray(value) ? value : [value]
  const { name, key } = row
  const items = key === undefined ? given : given.map((item) => inTable(item, key))
  const texts = items.filter((item) => typeof item === 'string')
  const stray = key === undefined ? undefined : strayKey(given, key)
  if (stray !== undefined)
    return `has no key "${stray}", only ${key}; a setting that is no part of it stands above the first [[…]] of the file`
  if (texts.length === items.length) return texts
  return key === undefined
    ? 'must be a text in quotes, or a list of such'
    : `must be written as [[${name}]] with ${key} = "…" below it, and nothing else`
}

/** The text of a table that has only this key. */
function inTable(item: unknown, key: string): unknown {
  if (typeof item !== 'object' || item === null) return item
  const [entry, ...more] = Object.entries(item)
  return entry?.[0] === key && more.length === 0 ? entry[1] : undefined
}

/** A key below `[[name]]` that does not belong there. */
function strayKey(items: readonly unknown[], key: string): string | undefined {
  const keys = items.flatMap((item) =>
    typeof item === 'object' && item !== null ? Object.keys(item) : [],
  )
  return keys.find((one) => one !== key)
}

async function readText(file: string, path: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size > MAX_FILE) throw new RangeError('it is larger than 1 MiB')
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError('SETTING_INVALID', `--config ${path}: cannot be read: ${reason}`, {
      cause: error,
    })
  }
}

function parseFile(text: string, path: string): TomlFile {
  try {
    return readToml(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n')[0] ?? ''
    throw new ConfigError('SETTING_INVALID', `${path} line ${error.line}: ${reason}`, {
      cause: error,
    })
  }
}
