import type { Page } from './repository.ts'
import type { ListingEntry } from './listing.ts'
import type { VersionTally } from './version-tally.ts'

/** A child of a directory that holds versions. */
export interface VersionEntry extends ListingEntry {
  /** Only of a version: who agrees in it; `null` if it was not compared here, since that would cost too much. */
  readonly tally?: VersionTally | null
}

export interface VersionPage extends Page<VersionEntry> {
  /**
   * The versions stand first, the newest first of all; what else is there stands behind them in byte order. `false`: all
   * of it is in byte order, since there are more names than are sorted.
   */
  readonly isSorted: boolean
}
