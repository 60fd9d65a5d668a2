/* How this node is, and how far it has every feed. */
import type { Disk, DiskFault } from '../../base/disk.ts'
import type { Collection } from '../../certification/admission.ts'
import { decodeIndexBlock } from '../../feeds/format/block.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import { type FollowedFeed, type NetworkView, NOTHING_SKIPPED } from '../../contract/following.ts'
import { NOTHING_PUSHED } from '../../contract/pushed.ts'
import { collectionCounter, countRebuilders, readCounter } from '../../indexes/counters.ts'
import type { Indexes } from '../../indexes/database.ts'
import { holesIn } from '../../indexes/holes.ts'
import { countKeys } from '../../indexes/keyring.ts'
import { rejectedIn } from '../../indexes/rejected.ts'
import { grouped } from '../../base/grouped.ts'
import { isoTime } from '../../base/iso-time.ts'
import { copyingPeer, feedCopies, type NodeCopies, nodeCopies } from '../../contract/copies.ts'
import { evidenceStatus, heardHead, voucherStatus } from '../../contract/feed-status.ts'
import type { FeedDetail, FeedStatus } from '../../contract/feed-status.ts'
import { type PeerStatus, peerStatus } from '../../contract/peer-status.ts'
import { type NetworkAnswer, networkAnswer } from '../../contract/network-answer.ts'
import type { Scope } from '../../contract/scope.ts'
import type { Status } from '../../contract/status.ts'

/** What a node is set to, and says of itself. */
export interface StatusSettings {
  readonly about: Pick<Status, 'version' | 'peerId' | 'startedAt'>
  readonly collections: readonly Collection[]
  readonly readOnly?: boolean | undefined
  readonly disk: Pick<Disk, 'fault'>
  /** What is kept of the feeds of others; everything if absent. */
  readonly scope?: Scope | undefined
}

/** Where a status is read. */
export interface StatusSources {
  readonly indexes: Indexes
  readonly ownFeeds: ReadonlyMap<string, OwnFeed>
  /** How far feeds are in the indexes; does it answer for all of the own ones? */
  readonly followedFeeds: {
    readonly position: (feed: string) => number
    readonly isReady: () => boolean
  }
  readonly waiting: { readonly counts: () => Status['waiting'] }
  /** Public keys and revocations that no feed has. */
  readonly keysKept: () => number
  /** Blocks of which something is withheld here, and of which other entries are kept. */
  readonly remains: () => Promise<readonly { readonly feed: string; readonly sequence: number }[]>
  /** `undefined` as long as the network is not open. */
  readonly network: () => NetworkView | undefined
}

export interface StatusAnswers {
  readonly status: () => Promise<Status>
  readonly ready: () => Promise<boolean>
  readonly writable: () => Promise<boolean>
  readonly isolated: () => boolean
  readonly fewCopies: () => boolean
  readonly scope: () => Scope | undefined
  readonly peers: () => Promise<readonly PeerStatus[]>
  readonly feeds: () => Promise<readonly FeedStatus[]>
  readonly feed: (key: string) => Promise<FeedDetail | undefined>
  readonly network: () => Promise<NetworkAnswer>
}

/** Rows of one feed that are looked at: a liar can make as many as he likes. */
const MOST_ROWS = 1_000
/** Feeds that are named of each peer on whose word they are copied. */
const MOST_FEEDS = 100

/** What a node says of itself. It reads nothing before it is asked; what it reads throws StorageError DISK. */
export function makeStatus(sources: StatusSources, settings: StatusSettings): StatusAnswers {
  const { network, followedFeeds } = sources
  const { about, readOnly = false, scope } = settings
  const followed = async (): Promise<readonly FollowedFeed[]> => (await network()?.feeds()) ?? []
  const ready = async (): Promise<boolean> =>
    followedFeeds.isReady() && (network()?.ready() ?? true)
  return {
    status: async () => {
      const feeds = (await followed()).filter(({ state }) => state !== 'refused')
      return statusOf(feeds, sources, { ...settings, ready: await ready() })
    },
    ready,
    writable: async () => isWritable(settings),
    isolated: () => network()?.isolated() ?? false,
    fewCopies: () => network()?.fewCopies() ?? false,
    scope: () => scope,
    peers: async () => (network()?.peers() ?? []).map(peerStatus),
    feeds: async () => Promise.all((await followed()).map((one) => summaryOf(one, sources))),
    async feed(key) {
      const one = (await followed()).find((feed) => feed.key === key.toLowerCase())
      return one === undefined ? undefined : detailOf(one, sources, about.peerId)
    },
    network: async () =>
      networkAnswer(
        { ...about, readOnly, ready: await ready() },
        network(),
        followedFeeds.position,
      ),
  }
}

const isWritable = ({ readOnly = false, disk }: StatusSettings): boolean =>
  !readOnly && disk.fault() === undefined

async function statusOf(
  feeds: readonly FollowedFeed[],
  sources: StatusSources,
  settings: StatusSettings & { readonly ready: boolean },
): Promise<Status> {
  const { indexes, ownFeeds, followedFeeds, waiting, network } = sources
  const { about, collections, readOnly = false, disk, scope } = settings
  const sum = (of: (feed: FollowedFeed) => number): number =>
    feeds.reduce((all, feed) => all + of(feed), 0)
  return {
    ...about,
    collections: await Promise.all(
      collections.map(async ({ name, dialect, admit }) => {
        const feed = ownFeeds.get(name)
        return {
          name,
          dialect,
          admit: typeof admit === 'string' ? admit : admit.join(' '),
          certifications: await readCounter(indexes, collectionCounter(name)),
          feed: feed?.key ?? null,
          length: feed?.length ?? 0,
          followed: feed === undefined ? 0 : followedFeeds.position(feed.key),
        }
      }),
    ),
    keys: await countKeys(indexes),
    rebuilders: await countRebuilders(indexes),
    waiting: waiting.counts(),
    peers: (network()?.peers() ?? []).filter(({ connected }) => connected).length,
    unanswered: (network()?.unanswered() ?? [])
      .filter(({ isSelf }) => !isSelf)
      .map(({ url, failure }) => ({ url, failure })),
    pushes: network()?.pushes() ?? NOTHING_PUSHED,
    absentVouchers: absentVouchers(feeds),
    addresses: network()?.addresses() ?? [],
    follow: network()?.follow ?? 'open',
    readOnly,
    writable: isWritable(settings),
    disk: diskStatus(disk.fault()),
    blocks: {
      known: sum(knownBlocks),
      here: sum(({ downloaded }) => downloaded),
      indexed: sum(({ key }) => followedFeeds.position(key)),
      leftOut: sum(({ leftOut }) => leftOut),
    },
    ...(scope && { scope }),
    copies: await copiesOf(feeds, sources),
    name: network()?.name ?? null,
    ready: settings.ready,
    isolated: network()?.isolated() ?? false,
    advice: network()?.advice() ?? [],
    skipped: network()?.skipped() ?? NOTHING_SKIPPED,
  }
}

async function copiesOf(
  feeds: readonly FollowedFeed[],
  { network, keysKept, remains }: StatusSources,
): Promise<NodeCopies> {
  const view = network()
  const alone = (await remains()).filter((block) => (view?.copiesOf([block]).counted ?? 0) === 0)
  return nodeCopies(feeds, view?.wantedCopies ?? 0, { keys: keysKept(), remains: alone.length })
}

async function summaryOf(
  one: FollowedFeed,
  { indexes, followedFeeds }: StatusSources,
): Promise<FeedStatus> {
  const { heads, statements, copies, ...rest } = one
  const byOwner = statements.find(({ peerId }) => peerId === one.owner)
  const isHere = one.state !== 'refused'
  const [holes, rejected] = await Promise.all([
    isHere ? holesIn(indexes, one.key, MOST_ROWS) : [],
    isHere ? rejectedIn(indexes, one.key, MOST_ROWS) : [],
  ])
  return {
    ...rest,
    indexed: followedFeeds.position(one.key),
    holes: holes.length,
    rejected: rejected.length,
    witnesses: heads.length,
    copies: feedCopies(copies),
    freshness: byOwner === undefined ? null : isoTime(byOwner.time),
    vouchedBy: voucherStatus(one.vouchedBy),
    evidence: one.evidence.map(evidenceStatus),
  }
}

async function detailOf(
  one: FollowedFeed,
  sources: StatusSources,
  self: string,
): Promise<FeedDetail> {
  const { indexes } = sources
  const holes = await holesIn(indexes, one.key, MOST_ROWS)
  return {
    ...(await summaryOf(one, sources)),
    copies: { ...feedCopies(one.copies), peers: one.copies.peers.map(copyingPeer) },
    heads: one.heads.map(heardHead),
    statements: one.statements.map(({ time, ...said }) => ({
      ...said,
      thisNode: said.peerId === self,
      time: isoTime(time),
    })),
    missing: holes.map(({ sequence, index }) => ({ sequence, names: namesOf(index) })),
    refusals: await rejectedIn(indexes, one.key, MOST_ROWS),
  }
}

/** Who vouches for feeds and is not connected. */
function absentVouchers(feeds: readonly FollowedFeed[]): NonNullable<Status['absentVouchers']> {
  const standing = feeds.flatMap(({ key, vouchedBy }) =>
    vouchedBy === null || vouchedBy.until === null
      ? []
      : [{ key, peerId: vouchedBy.peerId, until: vouchedBy.until }],
  )
  return [...grouped(standing, ({ peerId }) => peerId)].flatMap(([peerId, held]) =>
    held.slice(0, 1).map(({ until }) => ({
      peerId,
      until: isoTime(until),
      count: held.length,
      feeds: held.slice(0, MOST_FEEDS).map(({ key }) => key),
    })),
  )
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
