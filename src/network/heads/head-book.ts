/* What was heard of feeds: their heads, and evidence against who writes them. Each is verified before it comes here. */
import type { Feed } from '../../feeds/format/feed.ts'
import type { Head } from '../../feeds/format/head.ts'
import type { EvidenceBook } from './evidence-book.ts'
import type { HeardHeads } from './heard-heads.ts'

/** What a verified head is to this node. */
export type News = 'news' | 'old' | 'unknown-feed'

/** A head, and the feed of which it is said to be. */
export interface HeadClaim {
  readonly key: string
  readonly publicKey: string
  readonly head: Head
}

export interface HeadBook {
  readonly heads: HeardHeads
  readonly evidence: EvidenceBook
  /** @param author peer id of who said it. @param feed the feed, if it is here: the head is compared with it */
  readonly hear: (claim: HeadClaim, author: string, feed: Feed | undefined) => News
  /** A feed that is here has grown: heads that were longer can be compared with it now. */
  readonly grown: (feed: Feed) => void
}

/** @param onError evidence cannot be kept, or a feed cannot be read */
export function makeHeadBook(
  heads: HeardHeads,
  evidence: EvidenceBook,
  onError: (error: unknown) => void,
): HeadBook {
  return {
    heads,
    evidence,
    hear({ key, publicKey, head }, author, feed) {
      const isHere = feed !== undefined
      if (head.fork > 0) {
        const isNews = !evidence.has(key)
        evidence.fork(publicKey, head).catch(onError)
        if (!isNews) return 'old'
        return isHere ? 'news' : 'unknown-feed'
      }
      const verdict = heads.hear(key, head, author)
      if (isHere) evidence.compare(feed, publicKey, head).catch(onError)
      if (verdict !== 'longest') return 'old'
      return isHere ? 'news' : 'unknown-feed'
    },
    grown(feed) {
      const { publicKey } = feed
      if (publicKey === undefined) return
      for (const head of heads.of(feed.key))
        if (head.length <= feed.length) evidence.compare(feed, publicKey, head).catch(onError)
    },
  }
}
