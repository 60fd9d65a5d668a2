/* Heads that were heard, and who said them. Every one of them is verified before it comes here. */
import { LRUCache } from 'lru-cache'
import type { HeardHead } from '../feeds/following.ts'
import type { Head } from '../feeds/head.ts'

export interface Heads {
  /** @returns what it is compared to what was heard before from anybody */
  readonly hear: (feed: string, head: Head, peerId: string) => 'longest' | 'known' | 'shorter'
  readonly longest: (feed: string) => Head | undefined
  /** The newest of each peer. */
  readonly of: (feed: string) => readonly HeardHead[]
  readonly count: (feed: string) => number
}

export interface HeadsParts {
  /** Kept from before. */
  readonly kept: readonly { readonly feed: string; readonly head: HeardHead }[]
  readonly keep: (feed: string, head: HeardHead) => void
  readonly now: () => number
}

const FEEDS = 10_000
const PEERS_PER_FEED = 32

export function makeHeads({ kept, keep, now }: HeadsParts): Heads {
  const feeds = new LRUCache<string, Map<string, HeardHead>>({ max: FEEDS })
  const ofFeed = (feed: string): Map<string, HeardHead> => {
    const there = feeds.get(feed) ?? new Map<string, HeardHead>()
    feeds.set(feed, there)
    return there
  }
  const longest = (feed: string): HeardHead | undefined => {
    let found: HeardHead | undefined
    for (const head of feeds.get(feed)?.values() ?? [])
      if (found === undefined || head.length > found.length) found = head
    return found
  }
  for (const { feed, head } of kept) ofFeed(feed).set(head.peerId, head)
  return {
    hear(feed, head, peerId) {
      const best = longest(feed)
      const peers = ofFeed(feed)
      const before = peers.get(peerId)
      if (before === undefined || before.length < head.length) {
        const heard = { ...head, peerId, heardAt: now() }
        if (before !== undefined || peers.size < PEERS_PER_FEED || isLonger(head, best)) {
          peers.delete(peerId)
          if (peers.size >= PEERS_PER_FEED) peers.delete(shortest(peers))
          peers.set(peerId, heard)
          keep(feed, heard)
        }
      }
      if (isLonger(head, best)) return 'longest'
      return head.length === best?.length ? 'known' : 'shorter'
    },
    longest,
    of: (feed) => [...(feeds.get(feed)?.values() ?? [])],
    count: (feed) => feeds.get(feed)?.size ?? 0,
  }
}

const isLonger = (one: Head, other: Head | undefined): boolean =>
  other === undefined || one.length > other.length

function shortest(peers: ReadonlyMap<string, HeardHead>): string {
  const [first] = [...peers].toSorted(([, one], [, other]) => one.length - other.length)
  return first?.[0] ?? ''
}
