import { ValueError } from './values.ts'

/** What is wrong in a table of the config file. */
export class TableError extends ValueError {
  /** Its place in the file: the steps from the top to it. */
  readonly path: readonly (string | number)[]
  /** There is no such setting. */
  readonly unknown: boolean
  constructor(path: readonly (string | number)[], message: string, unknown: boolean) {
    super(message)
    this.path = path
    this.unknown = unknown
  }
}
