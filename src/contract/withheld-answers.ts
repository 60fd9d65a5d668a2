import * as Type from 'typebox'
import { withholding } from './problem.ts'
import type { Page, PageOf, Query } from './repository.ts'
import { Strings, type ValueOf } from './schema.ts'

/** A certification that this node does not keep, and why. */
const WithheldSummaryBody = Type.Object(
  { ...withholding, collections: Strings },
  { title: 'WithheldSummary' },
)
export type WithheldSummary = ValueOf<typeof WithheldSummaryBody>
export const WithheldBody = Type.Array(WithheldSummaryBody, { title: 'Withheld' })

/** What a node answers about what it withholds. */
export interface WithheldAnswers {
  withheld(id: string): Promise<WithheldSummary | undefined>
  /** What stood at a path below a collection, or what belonged to it (`.asc`, `.sha1`, `.md5`). `segments` are decoded. */
  withheldAt(collection: string, segments: readonly string[]): Promise<WithheldSummary | undefined>
  /** How many would fit; `undefined`: that cannot be said without their bytes. */
  withheldCount(query: Query): Promise<number | undefined>
  /** How many stood below a directory. */
  withheldBelow(collection: string, segments: readonly string[]): Promise<number>
  /** By id. */
  listWithheld(page: PageOf): Promise<Page<WithheldSummary>>
}
