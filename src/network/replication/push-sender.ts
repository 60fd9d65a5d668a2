/*
 * New pairs go at once to the peers that follow their feed and have all but them: those that this node has written, and those that
 * were pushed to it, as soon as they are stored.
 */
import { encodePush, type PushedPairs } from '../../feeds/format/pushed-pairs.ts'
import type { Pushes } from '../../feeds/store/push-channel.ts'
import type { NodeFeeds } from './node-feeds.ts'
import type { PushBook } from './push-counts.ts'
import { makePushBudget } from './push-meter.ts'
import { indexBlocksOf, pushedRows } from './pushed-rows.ts'

/**
 * Pushes from now on, but nothing that is withheld here. What is not pushed is asked for, as ever.
 * @returns how to push nothing more
 */
export function openPushSender(
  pushes: Pick<Pushes, 'lacking' | 'stored'>,
  { isWithheld }: Pick<NodeFeeds, 'isWithheld'>,
  { sent }: Pick<PushBook, 'sent'>,
): () => void {
  const budget = makePushBudget()
  /** It can have been withheld while it was being written. */
  const hasWithheld = (pairs: PushedPairs): boolean =>
    indexBlocksOf(pairs).some((index) =>
      (pushedRows(index) ?? []).some(({ kind, id }) => kind === 'certification' && isWithheld(id)),
    )
  return pushes.stored.subscribe((feed, pairs) => {
    const { at, blocks } = pairs
    const ready = pushes
      .lacking(feed, at)
      .filter(({ isDrained, session }) => isDrained && budget.spend(session))
    if (ready.length === 0 || hasWithheld(pairs)) return
    const message = encodePush(pairs)
    for (const peer of ready) {
      peer.send(message)
      peer.hasReached(at + blocks.length)
      sent()
    }
  })
}
