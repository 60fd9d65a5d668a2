import type { DialectName } from '../../certification/dialects/dialect.ts'
import type { Entry } from '../../feeds/format/entry.ts'

/** An entry, where it stands and in what feed. */
export interface Standing<E extends Entry = Entry> {
  readonly entry: E
  readonly feed: string
  readonly collection: string
  readonly dialect: DialectName
  readonly sequence: number
  readonly position: number
}
