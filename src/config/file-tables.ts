/* The tables that only a config file can have, with the places of what is wrong in them. */
import { resolve } from 'node:path'
import { ConfigError } from '../base/errors.ts'
import { lineOf } from '../base/toml-file.ts'
import { loadPolicy } from '../check/policy-file.ts'
import type { KeepRule } from '../contract/scope.ts'
import { type CollectionConfig, DEFAULT_COLLECTIONS, readCollections } from './collections.ts'
import { readKeepTables } from './keep.ts'
import type { FileLayer } from './layers.ts'
import { TableError } from './table-error.ts'

/** The default ones where it names none. @throws ConfigError SETTING_UNKNOWN, SETTING_INVALID, naming file and line */
export function fileCollections(file: FileLayer): readonly CollectionConfig[] {
  const value = file.toml.values['collection']
  return value === undefined ? DEFAULT_COLLECTIONS : ofFile(file, () => readCollections(value))
}

/**
 * None where it names none; policies are read, and their operators' keys stand for them.
 * @throws ConfigError SETTING_UNKNOWN, SETTING_INVALID, POLICY_INVALID, naming file and line
 */
export async function fileKeepRules(
  file: FileLayer,
  collections: readonly CollectionConfig[],
): Promise<readonly KeepRule[]> {
  const value = file.toml.values['keep']
  if (value === undefined) return []
  const names = collections.map(({ name }) => name)
  const tables = ofFile(file, () => readKeepTables(value, names))
  return Promise.all(
    tables.map(async ({ policy, ...rule }, at) =>
      policy === undefined
        ? rule
        : { ...rule, rebuilders: await policyKeys(file, policy, ['keep', at, 'policy']) },
    ),
  )
}

/** Keys of the operators of a policy. */
async function policyKeys(
  file: FileLayer,
  policy: string,
  path: readonly (string | number)[],
): Promise<readonly string[]> {
  const place = `${file.shown} line ${lineOf(file.toml, path)}`
  try {
    const { operators } = await loadPolicy(resolve(file.folder, policy))
    return [...new Set(operators.flatMap(({ keys }) => keys))].toSorted()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.code, `${place}: policy: ${error.message}`, { cause: error })
  }
}

function ofFile<T>(file: FileLayer, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TableError)) throw error
    const line = lineOf(file.toml, error.path)
    const code = error.unknown ? 'SETTING_UNKNOWN' : 'SETTING_INVALID'
    throw new ConfigError(code, `${file.shown} line ${line}: ${error.message}`, { cause: error })
  }
}
