import { hasFewer } from '../contract/copies.ts'
import type { FollowReason } from '../contract/following.ts'
import type { Copies } from './copies/copies.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'

/** So long an answer stands, in milliseconds: every page asks. */
const STANDS = 5_000

/** Are there fewer copies of any feed that is here than wanted? Asked again and again it costs nothing. */
export function fewCopiesOf(
  { node, replicas, get }: LocalFeeds,
  copies: Pick<Copies, 'of'>,
  wanted: number,
): () => boolean {
  let known = { at: -Infinity, few: false }
  const isFew = (key: string, why: FollowReason): boolean => {
    const feed = get(key)
    return (
      feed !== undefined && hasFewer({ why, length: feed.length, copies: copies.of(feed) }, wanted)
    )
  }
  return () => {
    if (wanted === 0 || performance.now() < known.at + STANDS) return known.few
    const few =
      node.ownFeeds().some(({ key }) => isFew(key, 'own')) ||
      node.formerFeeds().some(({ key }) => isFew(key, 'former')) ||
      [...replicas.byKey.values()].some(({ row, why }) => isFew(row.key, why))
    known = { at: performance.now(), few }
    return few
  }
}
