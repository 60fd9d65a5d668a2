import { StorageError } from '../base/errors.ts'

/** The row that says in which form all others are. */
export interface Format {
  readonly key: Uint8Array
  /** What stands in it in a new database. */
  readonly mark: Uint8Array
  /** Marks of one version are read by the same program. */
  readonly versionOf: (mark: Uint8Array) => string
}

interface Rows {
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  put(key: Uint8Array, value: Uint8Array, options: { readonly sync: boolean }): Promise<void>
}

/**
 * Marks a new database; of another format nothing is changed.
 * @returns the mark that stands there
 * @throws StorageError DATA_FORMAT_UNKNOWN
 */
export async function checkFormat(
  rows: Rows,
  { key, mark, versionOf }: Format,
  path: string,
): Promise<Uint8Array> {
  const found = await rows.get(key)
  if (found === undefined) await rows.put(key, mark, { sync: true })
  else if (versionOf(found) !== versionOf(mark))
    throw new StorageError(
      'DATA_FORMAT_UNKNOWN',
      `${path} has format ${versionOf(found)}, this version of Countersign knows ${versionOf(mark)}. Use the version that wrote it.`,
    )
  return found ?? mark
}
