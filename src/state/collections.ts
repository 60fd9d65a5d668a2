import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const TABLE = 'collection'

/** A collection that this node has served: where nobody says which, it is served as it was last. */
export interface StoredCollection {
  readonly name: string
  readonly dialect: string
  /** A word, or fingerprints. */
  readonly admit: string | readonly string[]
  /** The operator has named it; else it was there by default. */
  readonly isNamed: boolean
  /** The last time; one that was left out stays known. */
  readonly isServed: boolean
}

/** By name. @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function storedCollections(state: State): Promise<readonly StoredCollection[]> {
  const kept: StoredCollection[] = []
  const start = rowKey(TABLE).length
  for await (const { key, value } of state.rows(rowKey(TABLE)))
    kept.push(decode(Buffer.from(key.subarray(start)).toString(), value))
  return kept
}

/** All or nothing, on disk when it returns. @throws StorageError DISK */
export async function putCollections(
  state: State,
  collections: readonly StoredCollection[],
): Promise<void> {
  await state.write(
    collections.map(({ name, dialect, admit, isNamed, isServed }) => ({
      key: rowKey(TABLE, Buffer.from(name)),
      value: encodeFields([dialect, admit, isNamed ? 1 : 0, isServed ? 1 : 0]),
    })),
  )
}

function decode(name: string, value: Uint8Array): StoredCollection {
  const [dialect, admit, isNamed, isServed] = decodeFields(value, 4)
  return {
    name,
    dialect: textField(dialect),
    admit: Array.isArray(admit) ? admit.map(textField) : textField(admit),
    isNamed: numberField(isNamed) === 1,
    isServed: numberField(isServed) === 1,
  }
}
