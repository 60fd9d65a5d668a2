/* What peers say of feeds, by gossip or catalog: every head that comes, by whatever way, comes through here. */
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { Offer } from '../frames/offer.ts'
import type { HeadBook, News } from '../heads/head-book.ts'
import type { FeedSelection } from '../replication/feed-selection.ts'
import type { LocalFeeds } from '../replication/local-feeds.ts'

/** `via`: peer id of who delivered it; `author`: of who announced it. */
export interface Teller {
  readonly via: string
  readonly author: string
  readonly vouched: boolean
}

export interface HeadIntake {
  /** Its head is verified. */
  readonly hear: (offer: Offer, by: Teller) => News
  /** @throws MalformedError, VerificationError if it proves nothing */
  readonly hearEvidence: (evidence: Uint8Array, via: string) => Promise<void>
  /** Somebody has a longer head of a feed that this node writes. */
  readonly behind: Signal<[feed: string]>
}

/** Hands verified heads to the book and to the selection of feeds. It keeps nothing itself. */
export function makeHeadIntake(
  book: HeadBook,
  local: LocalFeeds,
  selection: Pick<FeedSelection, 'offer'>,
): HeadIntake {
  const behind = makeSignal<[string]>(local.replicas.list.failed)
  return {
    behind,
    hear(offer, by) {
      const { key, head } = offer
      const news = book.hear(offer, by.author, local.get(key))
      if (head.fork > 0) return news
      const own = local.written(key)
      if (own === undefined) selection.offer(offer, by)
      else if (head.length > own.length) behind.emit(key)
      return news
    },
    hearEvidence: book.evidence.hear,
  }
}
