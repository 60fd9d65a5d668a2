/* Who else has what a node has, in sentences. */
import { counted } from '../../base/counted.ts'
import { hasFewer, isOwn, lostWith, type NodeCopies } from '../../contract/copies.ts'
import type { FeedStatus } from '../../contract/feed-status.ts'
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
  copies === undefined && state !== 'refused'

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

function claimsOf({ copies }: FeedStatus): string {
  const claims = copies?.claims ?? 0
  if (claims === 0) return ''
  return claims === 1
    ? ' (another says that it has it, which does not count)'
    : ` (${claims} others say that they have it, which does not count)`
}
