/* How this node is, and how far it has every feed. */
import type { DiskFault } from '../../base/disk.ts'
import type { Code } from '../../base/errors.ts'
import type { Collection } from '../../certification/admission.ts'
import { decodeIndexBlock } from '../../feeds/format/block.ts'
import type { Feed, OwnFeed } from '../../feeds/format/feed.ts'
import type { FollowedFeed, NetworkView } from '../../contract/following.ts'
import { certificationRow, feedsSignedBy } from '../../indexes/certifications.ts'
import { collectionCounter, countRebuilders, readCounter } from '../../indexes/counters.ts'
import type { Indexes } from '../../indexes/database.ts'
import { holesIn } from '../../indexes/holes.ts'
import { countKeys } from '../../indexes/keyring.ts'
import { rejectedIn } from '../../indexes/rejected.ts'
import { isoTime } from '../../base/iso-time.ts'
import { evidenceStatus, heardHead, peerStatus } from '../../contract/feed-status.ts'
import type { FeedDetail, FeedStatus, PeerStatus } from '../../contract/feed-status.ts'
import { type NetworkAnswer, networkAnswer } from '../../contract/network-answer.ts'
import type { Status } from '../../contract/repository.ts'

export interface StatusParts {
  readonly settings: {
    readonly about: Pick<Status, 'version' | 'peerId' | 'startedAt'>
    readonly collections: readonly Collection[]
    readonly readOnly?: boolean | undefined
  }
  readonly ownFeeds: ReadonlyMap<string, OwnFeed>
  readonly indexes: Indexes
  /** How many blocks of a feed are in the indexes. */
  readonly position: (feed: string) => number
  /** Does it answer for all of the own feeds? */
  readonly answersForOwn: () => boolean
  readonly waiting: () => Status['waiting']
  /** Why nothing can be written now. */
  readonly diskFault: () => DiskFault | undefined
  /** `undefined` as long as the network is not open. */
  readonly network: () => NetworkView | undefined
}

export interface StatusAnswers {
  readonly status: () => Promise<Status>
  readonly ready: () => Promise<boolean>
  readonly writable: () => Promise<boolean>
  readonly peers: () => Promise<readonly PeerStatus[]>
  readonly feeds: () => Promise<readonly FeedStatus[]>
  readonly feed: (key: string) => Promise<FeedDetail | undefined>
  readonly network: () => Promise<NetworkAnswer>
}

/** Rows of one feed that are looked at: a liar can make as many as he likes. */
const MOST_ROWS = 1_000

export function makeStatus(parts: StatusParts): StatusAnswers {
  const { indexes, position, network, settings } = parts
  const { about, collections, readOnly = false } = settings
  const followed = async (): Promise<readonly FollowedFeed[]> => (await network()?.feeds()) ?? []
  const ready = async (): Promise<boolean> => parts.answersForOwn() && (network()?.ready() ?? true)

  const isWritable = (): boolean => !readOnly && parts.diskFault() === undefined

  async function summary(one: FollowedFeed): Promise<FeedStatus> {
    const { heads, ...rest } = one
    const isHere = one.state !== 'refused'
    const [holes, rejected] = await Promise.all([
      isHere ? holesIn(indexes, one.key, MOST_ROWS) : [],
      isHere ? rejectedIn(indexes, one.key, MOST_ROWS) : [],
    ])
    return {
      ...rest,
      indexed: position(one.key),
      holes: holes.length,
      rejected: rejected.length,
      witnesses: heads.length,
      evidence: one.evidence.map(evidenceStatus),
    }
  }

  async function status(): Promise<Status> {
    const feeds = (await followed()).filter(({ state }) => state !== 'refused')
    const sum = (of: (feed: FollowedFeed) => number): number =>
      feeds.reduce((all, feed) => all + of(feed), 0)
    return {
      ...about,
      collections: await Promise.all(
        collections.map(async ({ name, dialect, admit }) => {
          const feed = parts.ownFeeds.get(name)
          return {
            name,
            dialect,
            admit: typeof admit === 'string' ? admit : admit.join(' '),
            certifications: await readCounter(indexes, collectionCounter(name)),
            feed: feed?.key ?? null,
            length: feed?.length ?? 0,
            followed: feed === undefined ? 0 : position(feed.key),
          }
        }),
      ),
      keys: await countKeys(indexes),
      rebuilders: await countRebuilders(indexes),
      waiting: parts.waiting(),
      peers: (network()?.peers() ?? []).filter(({ connected }) => connected).length,
      addresses: network()?.addresses() ?? [],
      follow: network()?.follow ?? 'open',
      readOnly,
      writable: isWritable(),
      disk: diskStatus(parts.diskFault()),
      blocks: {
        known: sum(knownBlocks),
        here: sum(({ downloaded }) => downloaded),
        indexed: sum(({ key }) => position(key)),
      },
      ready: await ready(),
      advice: network()?.advice() ?? [],
    }
  }

  return {
    status,
    ready,
    writable: async () => isWritable(),
    peers: async () => (network()?.peers() ?? []).map(peerStatus),
    feeds: async () => Promise.all((await followed()).map(summary)),
    async feed(key) {
      const one = (await followed()).find((feed) => feed.key === key.toLowerCase())
      if (one === undefined) return undefined
      const holes = await holesIn(indexes, one.key, MOST_ROWS)
      return {
        ...(await summary(one)),
        heads: one.heads.map(heardHead),
        missing: holes.map(({ sequence, index }) => ({ sequence, names: namesOf(index) })),
        refusals: await rejectedIn(indexes, one.key, MOST_ROWS),
      }
    },
    network: async () =>
      networkAnswer({
        about: { ...about, readOnly },
        ready: await ready(),
        network: network(),
        position,
      }),
  }
}

function diskStatus(fault: DiskFault | undefined): Status['disk'] {
  if (fault === undefined) return null
  const { cause, reason, since } = fault
  return { cause, reason, since: isoTime(since) }
}

/** What a stranger claims is nothing that anybody waits for. */
function knownBlocks({ why, state, known, length, downloaded }: FollowedFeed): number {
  if (why === 'stranger') return downloaded
  return state === 'following' ? known : length
}

function namesOf(index: Uint8Array): readonly { readonly kind: string; readonly id: string }[] {
  if (index.length === 0) return []
  return decodeIndexBlock(index).map(({ kind, id }) => ({ kind, id }))
}

/** What a newer version may be able to read is not among them. */
const RUBBISH: ReadonlySet<string> = new Set<Code>([
  'ENTRY_SYNTAX',
  'SIGNATURE_INVALID',
  'TOO_LARGE',
])

/** Entries of a feed that are not what they claim to be, of the first that were of no use. */
export async function countRubbish(indexes: Indexes, feed: string): Promise<number> {
  const rows = await rejectedIn(indexes, feed, MOST_ROWS)
  return rows.filter(({ code }) => RUBBISH.has(code)).length
}

/** Pairs of blocks of a feed that are looked at. */
const PAIRS = 32

/**
 * How many certifications of a feed are by rebuilders who also have one in some other feeds, of those at its beginning. Whoever
 * invents rebuilders makes a feed no larger by it.
 */
export async function countSeconded(
  indexes: Indexes,
  feed: Feed | undefined,
  others: ReadonlySet<string>,
): Promise<number> {
  const known = new Map<string, boolean>()
  let count = 0
  for (let sequence = 2; sequence <= 2 * PAIRS; sequence += 2) {
    const block = await feed?.readData(sequence)
    if (block === undefined) continue
    for (const { kind, id } of readIndexBlock(block)) {
      const row = kind === 'certification' ? await certificationRow(indexes, id) : undefined
      if (row?.facts === undefined) continue
      const { keyId } = row
      if (!known.has(keyId))
        known.set(keyId, (await feedsSignedBy(indexes, [keyId], others)).size > 0)
      if (known.get(keyId) === true) count += 1
    }
  }
  return count
}

/** Anybody's feed can have anything there. */
function readIndexBlock(block: Uint8Array): ReturnType<typeof decodeIndexBlock> {
  try {
    return decodeIndexBlock(block)
  } catch {
    return []
  }
}
