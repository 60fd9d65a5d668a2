/* Who else has the feeds that are here, as far as that was checked. */
import { LRUCache } from 'lru-cache'
import type { CopyingPeer, FeedCopies, PlaceCopies } from '../../contract/counted-copies.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import type { HaveStatement } from '../frames/have-statement.ts'
import type { HaveBook } from '../heads/have-book.ts'
import type { CheckBook } from './check-book.ts'
import type { CountingPeers } from './counting-peers.ts'
import { blocksWithFewer, complement, type Copy, coverage, fewest, hasBlock } from './coverage.ts'

/** What peers say, what was read back from them, whose copies count, and what peers call themselves. */
interface CopySources {
  readonly haves: Pick<HaveBook, 'of' | 'by'>
  readonly book: CheckBook
  readonly counting: CountingPeers
  readonly neighbours: { readonly nameOf: (peerId: string) => string | undefined }
}

export interface Copies {
  readonly of: (feed: CopiedFeed) => FeedCopies
  /** Of what stands at some places, any of which is enough. */
  readonly ofPlaces: (places: readonly CopiedPlace[]) => PlaceCopies
  /** Notes how long feeds are: what has just come is not expected elsewhere yet. */
  readonly look: (feeds: readonly CopiedFeed[]) => void
}

/** A feed that is here. */
type CopiedFeed = Pick<Feed, 'key' | 'length' | 'gaps'>

export interface CopiedPlace {
  readonly feed: string
  readonly sequence: number
}

/** What came so lately is no lack of copies: peers say what they have every 30 s, in milliseconds. */
const LATELY = 60_000
/** So long an answer stands if nothing is known to have changed, in milliseconds. */
const STANDS = 5_000
const REMEMBERED = 2_048

/**
 * Answers out of memory: nobody who asks makes a peer be asked.
 * @param self peer id of this node
 * @param now milliseconds since 1970
 */
export function makeCopies(
  { haves, book, counting, neighbours }: CopySources,
  self: string,
  now: () => number,
): Copies {
  const remembered = new LRUCache<string, { readonly what: string; readonly found: FeedCopies }>({
    max: REMEMBERED,
  })
  const lengths = makeLengths(now)

  /** What counts of each peer that counts: who was checked, and what it has. */
  function copiesOf(feed: string): readonly (Copy & { readonly peerId: string })[] {
    return book.of(feed).flatMap((row) => {
      const group = counting.groupOf(row.peerId, row.share)
      if (group === undefined || !book.stands(row)) return []
      const { length, lacking } = haves.by(feed, row.peerId) ?? { length: 0, lacking: [] }
      return [{ peerId: row.peerId, group, length, lacking, proven: row.proven }]
    })
  }

  function peersOf(feed: string, statements: readonly HaveStatement[]): readonly CopyingPeer[] {
    const said = statements.map(({ peerId }) => peerId).filter((peerId) => peerId !== self)
    const rows = book.of(feed)
    return [...new Set([...said, ...rows.map(({ peerId }) => peerId)])].map((peerId) => {
      const row = book.get(feed, peerId)
      return {
        peerId,
        name: neighbours.nameOf(peerId) ?? null,
        counts: counting.counts(peerId) && book.stands(row),
        checkedAt: row !== undefined && row.checkedAt > 0 ? row.checkedAt : null,
        failedAt: row !== undefined && row.failedAt > 0 ? row.failedAt : null,
      }
    })
  }

  function find(feed: CopiedFeed): FeedCopies {
    const { length } = feed
    const covered = coverage(complement(length, feed.gaps(length)), copiesOf(feed.key))
    const peers = peersOf(feed.key, haves.of(feed.key))
    return {
      counted: fewest(covered, lengths.settled(feed)) ?? fewest(covered, length) ?? 0,
      claims: peers.filter(({ counts }) => !counts).length,
      only: blocksWithFewer(covered, 1),
      peers,
    }
  }

  return {
    look: lengths.look,
    of(feed) {
      const [newest] = haves.of(feed.key)
      const what = [
        feed.length,
        'downloaded' in feed ? feed.downloaded : '',
        book.version(),
        newest?.time,
        Math.floor(now() / STANDS),
      ].join(' ')
      const before = remembered.get(feed.key)
      if (before?.what === what) return before.found
      const found = find(feed)
      remembered.set(feed.key, { what, found })
      return found
    },
    ofPlaces(places) {
      const groups = new Set<string>()
      const having = new Set<string>()
      const claiming = new Set<string>()
      for (const { feed, sequence } of places) {
        for (const copy of copiesOf(feed))
          if (hasBlock(copy, sequence)) {
            groups.add(copy.group)
            having.add(copy.peerId)
          }
        for (const { peerId, length, lacking } of haves.of(feed))
          if (peerId !== self && hasBlock({ group: '', length, lacking, proven: [] }, sequence))
            claiming.add(peerId)
      }
      const claims = [...claiming].filter((peerId) => !having.has(peerId)).length
      return { counted: groups.size, claims }
    },
  }
}

/** How long feeds were a while ago. */
function makeLengths(now: () => number): {
  readonly look: (feeds: readonly CopiedFeed[]) => void
  readonly settled: (feed: Pick<Feed, 'key' | 'length'>) => number
} {
  let seen = new Map<
    string,
    { readonly at: number; readonly last: number; readonly older: number }
  >()
  return {
    look(feeds) {
      const before = seen
      seen = new Map(
        feeds.map(({ key, length }) => {
          const one = before.get(key)
          if (one === undefined) return [key, { at: now(), last: length, older: 0 }]
          const isOld = Math.abs(now() - one.at) >= LATELY
          return [key, isOld ? { at: now(), last: length, older: one.last } : one]
        }),
      )
    },
    settled: ({ key }) => seen.get(key)?.older ?? 0,
  }
}
