/* Who else has what a node has, in sentences. */
import { counted } from '../../base/counted.ts'
import {
  type CopyHolder,
  hasEntries,
  hasFewer,
  isOwn,
  lostWith,
  type NodeCopies,
} from '../../contract/copies.ts'
import type { FeedStatus } from '../../contract/feed-status.ts'
import type { PeerStatus } from '../../contract/peer-status.ts'
import type { Status } from '../../contract/status.ts'
import { shortHex } from '../terminal/table.ts'

const UNKNOWN =
  'This node does not say how many copies there are: it runs an older version of Countersign.'

/** What has fewer copies than wanted, a sentence for each feed; none if all is well. @param wanted 1 at least */
export function shortOfCopies(feeds: readonly FeedStatus[], wanted: number): readonly string[] {
  if (feeds.some(isUntold)) return [UNKNOWN]
  return feeds
    .filter((feed) => hasFewer(feed, wanted))
    .map((feed) => `${nameOf(feed)}: ${sayCopies(feed, isOwn(feed) ? wanted : 1)}`)
}

/** What would be lost if this node never came back, a sentence for each; none if nothing. */
export function lostWithout(
  { copies, waiting }: Pick<Status, 'copies' | 'waiting'>,
  feeds: readonly FeedStatus[],
): readonly string[] {
  if (copies === undefined || feeds.some(isUntold)) return [UNKNOWN]
  return [
    ...feeds
      .filter((feed) => lostWith(feed) > 0)
      .map(
        (feed) =>
          `${nameOf(feed)}: ${counted(lostWith(feed), 'block')} that no other node is known to have${claimsOf(feed)}.`,
      ),
    ...outsideOfFeeds(copies, waiting.items),
  ]
}

/** Of a node with which nothing would be lost. @param feeds all of its feeds */
export function safetyText(
  { waiting }: Pick<Status, 'waiting'>,
  feeds: readonly FeedStatus[],
): readonly string[] {
  const isEmpty = waiting.items === 0 && !feeds.some((feed) => isHere(feed) && hasEntries(feed))
  return [
    isEmpty
      ? 'There is nothing to lose: this node has no entries yet, neither of its own nor of others.'
      : 'Nothing would be lost: other nodes have all that this node has, by what was read back from them in the last day.',
  ]
}

/** Whose copies count, when each of them was checked last, and whether it can still be reached. */
export function holdersText(
  holders: readonly CopyHolder[],
  peers: readonly PeerStatus[],
): readonly string[] {
  const connected = new Set(peers.filter((one) => one.connected).map(({ peerId }) => peerId))
  const lines = holders.map(({ peerId, name, feeds, checkedAt }) => {
    const who = `${name === null ? '' : `${name} `}…${peerId.slice(-12)}`
    const where = connected.has(peerId) ? 'connected now' : 'NOT connected now'
    return `  ${who}: ${counted(feeds, 'feed')}, blocks read back at ${checkedAt}; ${where}`
  })
  if (holders.length === 0) return []
  const isAway = !holders.some(({ peerId }) => connected.has(peerId))
  return [
    'Who has copies that count:',
    ...lines,
    ...(isAway
      ? [
          'None of them is connected now. A copy counts for a day after it was checked; make sure that they come back before you leave.',
        ]
      : []),
  ]
}

function outsideOfFeeds({ keys, remains }: NodeCopies, waiting: number): readonly string[] {
  const sentences = [
    many(keys, {
      one: '1 public key or revocation that no feed has: nobody else was told of it.',
      more: 'public keys and revocations that no feed has: nobody else was told of them.',
    }),
    many(waiting, {
      one: `1 item that waits for a key, a signature or a document and is in no feed yet; ${LISTED}.`,
      more: `items that wait for a key, a signature or a document and are in no feed yet; ${LISTED}.`,
    }),
    many(remains, {
      one: '1 block of which something is withheld here: this node alone keeps what else was in it.',
      more: 'blocks of which something is withheld here: this node alone keeps what else was in them.',
    }),
  ]
  return sentences.filter((one) => one !== undefined)
}

const LISTED = 'GET /certifications?state=waiting lists what waits'

function many(
  count: number,
  { one, more }: { readonly one: string; readonly more: string },
): string | undefined {
  if (count === 0) return undefined
  return count === 1 ? one : `${count} ${more}`
}

/** `3`, or `3 (+1)` with those who only say so. */
export function copiesText({ copies }: Pick<FeedStatus, 'copies'>): string {
  if (copies === undefined) return '?'
  return copies.claims === 0 ? String(copies.counted) : `${copies.counted} (+${copies.claims})`
}

const isUntold = ({ copies, state }: FeedStatus): boolean =>
  copies === undefined && isHere({ state })

const isHere = ({ state }: Pick<FeedStatus, 'state'>): boolean => state !== 'refused'

const nameOf = (feed: FeedStatus): string =>
  `Feed ${shortHex(feed.key)} (${feed.collection}, ${isOwn(feed) ? 'written here' : `of ${feed.owner === null ? 'nobody known' : `…${feed.owner.slice(-12)}`}`})`

function sayCopies(feed: FeedStatus, wanted: number): string {
  const there = feed.copies?.counted ?? 0
  const who =
    there === 0
      ? 'no other node has'
      : `${counted(there, 'other node')} ${there === 1 ? 'has' : 'have'}`
  return `${who} all of it, wanted ${wanted === 1 ? 'is 1' : `are ${wanted}`}${claimsOf(feed)}.`
}

const HOW_TO_COUNT = ' until this node names it: countersign peers add URL'

function claimsOf({ copies }: FeedStatus): string {
  const claims = copies?.claims ?? 0
  if (claims === 0) return ''
  return claims === 1
    ? ` (another says that it has it, which does not count${HOW_TO_COUNT})`
    : ` (${claims} others say that they have it, which does not count${HOW_TO_COUNT})`
}
