import type { Reader } from './values.ts'

/** One row of the table: the name is the key of the TOML file and, with `--`, the flag. */
export interface Setting<T> {
  readonly name: string
  /** What stands for the value in the help. */
  readonly value: string
  readonly help: string
  readonly kind: 'text' | 'integer' | 'switch' | 'list'
  /** In the file, a list is written as `[[name]]` with this key. */
  readonly key?: string
  /** As somebody would write it; none if the setting is absent by default. */
  readonly fallback: readonly string[]
  readonly read: Reader<T>
}

/** Only so that the type of its value is found out. */
export const setting = <T>(row: Setting<T>): Setting<T> => row
