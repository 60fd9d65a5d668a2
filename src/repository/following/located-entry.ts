import type { DialectName } from '../../certification/dialects/dialect.ts'
import type { AnyEntry } from '../../feeds/format/entry.ts'
import type { Feed, Replica } from '../../feeds/format/feed.ts'
import type { IndexRow } from '../../feeds/format/index-row.ts'
import type { FeedScope } from '../scope/feed-scope.ts'

/** A feed, and the dialect of its collection. */
export interface Source {
  readonly feed: Feed
  readonly dialect: DialectName
  /** What of it is kept; absent: everything. */
  readonly scoped?: ScopedSource | undefined
}

/** Another node's feed of which not everything is kept. */
export interface ScopedSource {
  readonly scope: FeedScope
  readonly replica: Pick<Replica, 'discard' | 'reconsider'>
}

/** An entry, where it stands and in what feed. */
export interface LocatedEntry<E extends AnyEntry = AnyEntry> {
  readonly entry: E
  readonly feed: string
  readonly collection: string
  readonly dialect: DialectName
  readonly sequence: number
  readonly position: number
  /** What the index block says of it, where that is here. */
  readonly row?: IndexRow | undefined
}
