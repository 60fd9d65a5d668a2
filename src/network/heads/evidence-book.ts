/* Evidence against a feed's writer: found here or told by a peer, verified, kept for good, passed on. */
import { LRUCache } from 'lru-cache'
import { makeSignal, type Signal } from '../../base/signal.ts'
import {
  encodeEvidence,
  type Evidence,
  feedOfEvidence,
  proveNoExtension,
  readEvidence,
  verified,
} from '../../feeds/format/evidence.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import type { EvidenceStatus } from '../../contract/following.ts'
import type { Head } from '../../feeds/format/head.ts'
import type { State } from '../../state/database.ts'
import { evidenceRows, putEvidence } from '../../state/evidence.ts'
import type { FeedsHere } from './feeds-here.ts'

export interface EvidenceBook {
  readonly has: (feed: string) => boolean
  readonly of: (feed: string) => readonly EvidenceStatus[]
  /** Returns the evidence against the feeds of {@link EvidenceBook.feeds}, in the form in which peers are told it. */
  readonly encoded: () => readonly Uint8Array[]
  /** Returns the feeds that have evidence and are here, or were here. */
  readonly feeds: () => readonly string[]
  /** Compares a verified head with a feed that is here. It does nothing while the feed is shorter than the head. */
  readonly compare: (feed: Feed, publicKey: string, head: Head) => Promise<void>
  /** Notes a verified head that has a fork. */
  readonly fork: (publicKey: string, head: Head) => Promise<void>
  /**
   * Takes evidence that a peer sent.
   * @throws MalformedError, VerificationError if it proves nothing
   */
  readonly hear: (bytes: Uint8Array, peerId: string) => Promise<void>
  /** Evidence was found against a feed that is here, and is on the disk, unless that takes nothing. */
  readonly found: Signal<[feed: string, evidence: Evidence]>
}

/** Comparisons that found nothing: the same head is heard again and again. */
const REMEMBERED = 20_000
/** Who never wrote honestly can make as many feeds with evidence as he likes: of feeds that are not here little is kept. */
const STRANGE_FEEDS = 1_000

interface Kept extends EvidenceStatus {
  readonly bytes: Uint8Array
}

/**
 * Begins with the evidence that is on the disk.
 * @param feeds only of such ones evidence is kept on the disk
 * @param onError whoever was told of evidence has failed
 * @throws StorageError DISK
 */
export async function openEvidenceBook(
  state: State,
  feeds: Pick<FeedsHere, 'owner' | 'has'>,
  onError: (error: unknown) => void,
): Promise<EvidenceBook> {
  const byFeed = new Map<string, readonly Kept[]>()
  const strange = new LRUCache<string, readonly Kept[]>({ max: STRANGE_FEEDS })
  const agreed = new LRUCache<string, true>({ max: REMEMBERED })
  const found = makeSignal<[string, Evidence]>(onError)

  const find = (feed: string): readonly Kept[] => byFeed.get(feed) ?? strange.get(feed) ?? []

  function enter(
    to: Map<string, readonly Kept[]> | typeof strange,
    evidence: Evidence,
    row: Omit<Kept, 'kind' | 'heads'>,
  ): void {
    const feed = feedOfEvidence(evidence)
    const { kind, heads } = evidence
    to.set(feed, [...(to.get(feed) ?? []), { kind, heads, ...row }])
  }
  for (const { bytes, foundAt, peerId } of await evidenceRows(state))
    enter(byFeed, readEvidence(bytes), { bytes, foundAt, peerId })

  /** One of each kind says it all. */
  async function keep(evidence: Evidence, peerId: string): Promise<void> {
    const feed = feedOfEvidence(evidence)
    const isHere = feeds.has(feed)
    const there = isHere ? (byFeed.get(feed) ?? []) : find(feed)
    if (there.some(({ kind }) => kind === evidence.kind)) return
    const row = { bytes: encodeEvidence(evidence), foundAt: Date.now(), peerId }
    enter(isHere ? byFeed : strange, evidence, row)
    if (!isHere) return
    try {
      await putEvidence(state, row)
    } finally {
      // also where it could not be written: until the node ends it holds
      found.emit(feed, evidence)
    }
  }

  return {
    found,
    has: (feed) => find(feed).length > 0,
    of: (feed) =>
      find(feed).map(({ kind, heads, foundAt, peerId }) => ({
        kind,
        heads,
        foundAt,
        peerId,
      })),
    feeds: () => [...byFeed.keys()],
    encoded: () => [...byFeed.values()].flat().map(({ bytes }) => bytes),
    async compare(feed, publicKey, head) {
      const name = `${feed.key} ${head.length} ${head.root}`
      if (head.length > feed.length || agreed.has(name)) return
      const root = await feed.root(head.length)
      if (root === undefined) return
      if (root === head.root) {
        agreed.set(name, true)
        return
      }
      const newest = await feed.head()
      const proof =
        newest.length === head.length
          ? verified({ kind: 'two-roots', publicKey, heads: [newest, head] })
          : await proveNoExtension(feed, publicKey, head)
      if (proof !== undefined) await keep(proof, feeds.owner)
    },
    fork: (publicKey, head) =>
      keep(verified({ kind: 'fork', publicKey, heads: [head] }), feeds.owner),
    hear: async (bytes, peerId) => keep(readEvidence(bytes), peerId),
  }
}
