/* How many other nodes have what a node has, as the doors show it. */
import * as Type from 'typebox'
import { isoTime } from '../base/iso-time.ts'
import type { CopyingPeer, FeedCopies } from './counted-copies.ts'
import { Moment, nullable, type ValueOf } from './schema.ts'

const counts = {
  counted: Type.Integer({
    description:
      'Other nodes that have it, of whom it was checked: named or vouched for, one for each operator or prefix, blocks read back in the last day',
  }),
  claims: Type.Integer({ description: 'Others that say that they have it' }),
}
const ofFeed = {
  ...counts,
  only: Type.Integer({
    description: 'Blocks that are here, of which no other node has a copy that counts',
  }),
}

/** Of what stands at some place. */
export const CopiesBody = Type.Object(counts, { title: 'Copies' })

/** Of a feed: of the block of which there are fewest, but for what came in the last minute. */
export const FeedCopiesBody = Type.Object(ofFeed, { title: 'FeedCopies' })
export type FeedCopiesAnswer = ValueOf<typeof FeedCopiesBody>

const CopyingPeerBody = Type.Object(
  {
    peerId: Type.String(),
    name: nullable(Type.String({ description: 'What it calls itself, which nobody proves' })),
    counts: Type.Boolean({ description: 'Else it only says so' }),
    checkedAt: nullable({
      ...Moment,
      description: 'When blocks were last read back from it, and all were right',
    }),
    failedAt: nullable({
      ...Moment,
      description: 'When a block was not right, if none was since',
    }),
  },
  { title: 'CopyingPeer' },
)
export const FeedCopiesDetailBody = Type.Object(
  { ...ofFeed, peers: Type.Array(CopyingPeerBody) },
  { title: 'FeedCopiesDetail' },
)
export type FeedCopiesDetail = ValueOf<typeof FeedCopiesDetailBody>

const HolderBody = Type.Object(
  {
    peerId: Type.String(),
    name: nullable(Type.String({ description: 'What it calls itself, which nobody proves' })),
    feeds: Type.Integer({ description: 'Of how many feeds its copy counts' }),
    checkedAt: {
      ...Moment,
      description:
        'When blocks of that one of these feeds were read back that was checked longest ago',
    },
  },
  { title: 'CopyHolder' },
)
export type CopyHolder = ValueOf<typeof HolderBody>

/** Of all feeds of a node together, and what stands in none. */
export const NodeCopiesBody = Type.Object(
  {
    wanted: Type.Integer({
      description:
        'How many there should be, as the operator wants (min-copies); 0 if nobody has said',
    }),
    short: Type.Integer({ description: 'Feeds of which there are fewer than that' }),
    fewest: nullable(
      Type.Integer({ description: 'Of any own feed with entries; null if there is none' }),
    ),
    keys: Type.Integer({ description: 'Public keys and revocations that no feed has' }),
    remains: Type.Integer({
      description:
        'Blocks of which something is withheld here, whose other entries no other node has, as far as counts',
    }),
    holders: Type.Optional(
      Type.Array(HolderBody, { description: 'Whose copies count, the first 100' }),
    ),
  },
  { title: 'NodeCopies' },
)
export type NodeCopies = ValueOf<typeof NodeCopiesBody>

/** A feed, as far as its copies matter. */
interface Copied {
  /** Why it is here: one of `FOLLOW_REASONS`. */
  readonly why: string
  readonly length: number
  readonly copies?: FeedCopiesAnswer | undefined
}

/** With those who have copies. */
interface CopiedFeed extends Copied {
  readonly copies: FeedCopies
}

/** The origin alone says nothing that would be lost. */
export const hasEntries = ({ length }: Pick<Copied, 'length'>): boolean => length > 1

export const isOwn = ({ why }: Pick<Copied, 'why'>): boolean => why === 'own' || why === 'former'

/**
 * Are there fewer copies of a feed than wanted? Of a replica one is enough, since others keep it too: it matters if this node alone
 * has some of it.
 * @param wanted by other nodes than this one; 0: nobody wants any
 */
export function hasFewer(feed: Copied, wanted: number): boolean {
  if (wanted === 0 || feed.copies === undefined || !hasEntries(feed)) return false
  const { counted, only } = feed.copies
  return isOwn(feed) ? counted < wanted : counted < 1 && only > 0
}

/** How many blocks would be lost with this node, as far as is known. */
export const lostWith = (feed: Copied): number => (hasEntries(feed) ? (feed.copies?.only ?? 0) : 0)

export const feedCopies = ({ counted, claims, only }: FeedCopies): FeedCopiesAnswer => ({
  counted,
  claims,
  only,
})

export const copyingPeer = ({ checkedAt, failedAt, ...peer }: CopyingPeer) => ({
  ...peer,
  checkedAt: checkedAt === null ? null : isoTime(checkedAt),
  failedAt: failedAt === null ? null : isoTime(failedAt),
})

/** @param keys that no feed has @param remains blocks of which something is kept, and that no other node has */
export function nodeCopies(
  feeds: readonly CopiedFeed[],
  wanted: number,
  { keys, remains }: Pick<NodeCopies, 'keys' | 'remains'>,
): NodeCopies {
  const counted = feeds
    .filter((feed) => isOwn(feed) && hasEntries(feed))
    .map(({ copies }) => copies?.counted ?? 0)
  return {
    wanted,
    short: feeds.filter((feed) => hasFewer(feed, wanted)).length,
    fewest: counted.length === 0 ? null : Math.min(...counted),
    keys,
    remains,
    holders: holdersOf(feeds.filter(hasEntries)),
  }
}

/** The one of whom it was found out longest ago stands first: that is what an answer is worth. */
function holdersOf(feeds: readonly CopiedFeed[]): readonly CopyHolder[] {
  const holders = new Map<
    string,
    { readonly name: string | null; feeds: number; checkedAt: number }
  >()
  for (const { copies } of feeds)
    for (const { peerId, name, counts: doesCount, checkedAt } of copies.peers) {
      if (!doesCount || checkedAt === null) continue
      const one = holders.get(peerId) ?? { name, feeds: 0, checkedAt }
      holders.set(peerId, {
        name,
        feeds: one.feeds + 1,
        checkedAt: Math.min(one.checkedAt, checkedAt),
      })
    }
  return [...holders]
    .toSorted(([, one], [, other]) => one.checkedAt - other.checkedAt)
    .slice(0, MOST_HOLDERS)
    .map(([peerId, one]) => ({ peerId, ...one, checkedAt: isoTime(one.checkedAt) }))
}

const MOST_HOLDERS = 100
