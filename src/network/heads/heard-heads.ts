/* Heads that were heard, and who said them. Every one of them is verified before it comes here. */
import { LRUCache } from 'lru-cache'
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { HeardHead } from '../../contract/following.ts'
import type { Head } from '../../feeds/format/head.ts'

export interface HeardHeads {
  /** @returns what it is compared to what was heard before from anybody */
  readonly hear: (feed: string, head: Head, peerId: string) => 'longest' | 'known' | 'shorter'
  readonly longest: (feed: string) => Head | undefined
  /** The newest of each peer. */
  readonly of: (feed: string) => readonly HeardHead[]
  /** Those of a feed that is here have changed. */
  readonly changed: Signal<[feed: string, heads: readonly HeardHead[]]>
}

/** Of feeds that are not here. */
const STRANGE_FEEDS = 10_000
const PEERS_PER_FEED = 32

type ByPeer = Map<string, HeardHead>

/**
 * @param kept from before this start
 * @param isHere is it a feed that is here? Nobody can crowd out the heads of such a one
 */
export function makeHeardHeads(
  kept: ReadonlyMap<string, readonly HeardHead[]>,
  isHere: (feed: string) => boolean,
  onError: (error: unknown) => void,
): HeardHeads {
  const changed = makeSignal<[string, readonly HeardHead[]]>(onError)
  const strange = new LRUCache<string, ByPeer>({ max: STRANGE_FEEDS })
  const here = new Map<string, ByPeer>()
  for (const [feed, heads] of kept)
    here.set(feed, new Map(heads.map((head) => [head.peerId, head])))

  function ofFeed(feed: string): ByPeer {
    const there = here.get(feed) ?? strange.get(feed) ?? new Map<string, HeardHead>()
    if (isHere(feed)) {
      here.set(feed, there)
      strange.delete(feed)
    } else if (!here.has(feed)) strange.set(feed, there)
    return there
  }
  const find = (feed: string): ByPeer | undefined => here.get(feed) ?? strange.get(feed)
  const longest = (feed: string): HeardHead | undefined => {
    let found: HeardHead | undefined
    for (const head of find(feed)?.values() ?? [])
      if (found === undefined || head.length > found.length) found = head
    return found
  }

  return {
    changed,
    hear(feed, head, peerId) {
      const best = longest(feed)
      const peers = ofFeed(feed)
      const before = peers.get(peerId)
      if (before === undefined || before.length < head.length) {
        const isWelcome = before !== undefined || peers.size < PEERS_PER_FEED
        if (isWelcome || isLonger(head, best)) {
          peers.delete(peerId)
          if (peers.size >= PEERS_PER_FEED) peers.delete(shortest(peers))
          peers.set(peerId, { ...head, peerId, heardAt: Date.now() })
          if (here.has(feed)) changed.emit(feed, [...peers.values()])
        }
      }
      if (isLonger(head, best)) return 'longest'
      return head.length === best?.length ? 'known' : 'shorter'
    },
    longest,
    of: (feed) => [...(find(feed)?.values() ?? [])],
  }
}

const isLonger = (one: Head, other: Head | undefined): boolean =>
  other === undefined || one.length > other.length

function shortest(peers: ByPeer): string {
  const [first] = [...peers].toSorted(([, one], [, other]) => one.length - other.length)
  return first?.[0] ?? ''
}
