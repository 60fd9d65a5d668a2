/* Are there enough copies, and have others more or less of what this node writes than a moment ago? */
import { makeSignal } from '../base/signal.ts'
import { hasFewer } from '../contract/copies.ts'
import type { FollowReason } from '../contract/following.ts'
import type { Copies } from './copies/copies.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'

export interface CopiesWatch {
  /** Are there fewer copies of any feed that is here than wanted? Asked again and again it costs nothing. */
  readonly few: () => boolean
  /** Compares with the last look, and tells who listens. */
  readonly look: () => void
  /** Calls back when a look found something else, until the answer is called. */
  readonly onChanged: (listener: () => void) => () => void
}

/** So long an answer stands, in milliseconds: every page asks. */
const STANDS = 5_000

/**
 * It has no clock of its own: somebody looks from time to time.
 * @param wanted by other nodes than this one; 0: nobody wants any
 * @param onFault a listener has failed
 */
export function watchCopies(
  { node, replicas, get }: LocalFeeds,
  copies: Pick<Copies, 'of'>,
  { wanted, onFault }: { readonly wanted: number; readonly onFault: (error: unknown) => void },
): CopiesWatch {
  const changed = makeSignal(onFault)
  let known = { at: -Infinity, few: false }
  let last = ''

  const isFew = (key: string, why: FollowReason): boolean => {
    const feed = get(key)
    return (
      feed !== undefined && hasFewer({ why, length: feed.length, copies: copies.of(feed) }, wanted)
    )
  }

  function find(): boolean {
    const few =
      wanted > 0 &&
      (node.ownFeeds().some(({ key }) => isFew(key, 'own')) ||
        node.formerFeeds().some(({ key }) => isFew(key, 'former')) ||
        [...replicas.byKey.values()].some(({ row, why }) => isFew(row.key, why)))
    known = { at: performance.now(), few }
    return few
  }

  return {
    few: () => (performance.now() < known.at + STANDS ? known.few : find()),
    look() {
      const counts = [...node.ownFeeds(), ...node.formerFeeds()].map((feed) => {
        const { counted, claims } = copies.of(feed)
        return `${feed.key} ${counted} ${claims}`
      })
      const found = [find(), ...counts].join()
      if (found === last) return
      last = found
      changed.emit()
    },
    onChanged: changed.subscribe,
  }
}
