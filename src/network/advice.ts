/* What an operator may want to change, in sentences. */
import type { SkippedCounts } from '../contract/following.ts'
import type { NetworkSettings } from '../contract/networking.ts'
import type { HeardHeads } from './heads/heard-heads.ts'
import type { FeedSelection } from './replication/feed-selection.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'

/** Nobody chose a port, and the usual one was taken. @param addresses by which this node is reached */
export function portAdvice(
  { anyPort, listen, announce }: NetworkSettings,
  addresses: readonly string[],
): readonly string[] {
  const usual = new Set(listen.map(portOf))
  if (!anyPort || announce.length > 0 || addresses.length === 0) return []
  if (addresses.some((address) => usual.has(portOf(address)))) return []
  return [
    `Port ${[...usual].join(', ')} is taken: peers reach this node by another one, which changes at each start. Choose one with --p2p.`,
  ]
}

const portOf = (address: string): string | undefined => /\/tcp\/(\d+)/.exec(address)?.[1]

/** @param connected peers, whoever named them. @param named by the operator, connected or not */
export function peerAdvice(connected: number, named: number): readonly string[] {
  if (connected > 0 || named > 0) return []
  return [
    "This node has no peer. Add one with countersign peers add URL: the address of the other node's pages, or one that it prints at its start.",
  ]
}

/** Of peers that were named by a URL: of each that cannot be asked, why. */
export function urlAdvice(
  peers: readonly { readonly failure: string | undefined }[],
): readonly string[] {
  return peers.flatMap(({ failure }) => failure ?? [])
}

/** Of a node that writes, and has a peer: does anybody copy what it writes? */
export function copyAdvice({ node, owner }: LocalFeeds, heads: HeardHeads): readonly string[] {
  const isFollowed = node
    .ownFeeds()
    .every((feed) => heads.of(feed.key).some(({ peerId }) => peerId !== owner))
  return isFollowed
    ? []
    : ['No peer has said yet that it follows a feed of this node; GET /feeds shows who does.']
}

export function formerAdvice({ node }: LocalFeeds): readonly string[] {
  return node
    .formerFeeds()
    .flatMap(({ key, collection }) =>
      node.ownFeeds().some((own) => own.collection === collection)
        ? [
            `This node writes another feed for ${collection} than before: of ${key.slice(0, 16)}… others may have more than it kept.`,
          ]
        : [],
    )
}

export function pausedAdvice(selection: Pick<FeedSelection, 'all'>): readonly string[] {
  const paused = selection.all().filter(({ state }) => state === 'paused').length
  if (paused === 0) return []
  return [`${paused === 1 ? '1 feed is' : `${paused} feeds are`} paused; GET /feeds says why.`]
}

/** So much in all, and it was no accident. */
const MUCH = 100

export function laterAdvice(skipped: SkippedCounts): readonly string[] {
  const all = Object.values(skipped).reduce((sum, count) => sum + count, 0)
  if (all < MUCH) return []
  return [
    `Peers speak a newer version than this node: ${all} things that they said were skipped. Update it to have all that they have.`,
  ]
}
