/* What an operator may want to change, in sentences. */
import type { Following } from './replication/following.ts'
import type { Heads } from './heads/heads.ts'
import type { Host } from './hosting/host.ts'
import type { NetworkSettings } from '../contract/networking.ts'
import type { Peering } from './hosting/peering.ts'
import type { NodeFeeds } from './replication/node-feeds.ts'

export interface AdviceParts {
  readonly host: Host
  readonly settings: NetworkSettings
  readonly readOnly: boolean
  readonly peerId: string
  readonly feeds: NodeFeeds
  readonly following: Following
  readonly peering: Peering
  readonly heads: Heads
}

export function adviceOf(parts: AdviceParts): readonly string[] {
  const { host, peering, settings, feeds } = parts
  const paused = parts.following.all().filter(({ state }) => state === 'paused').length
  const isFollowed = feeds
    .ownFeeds()
    .every((feed) => parts.heads.of(feed.key).some(({ peerId }) => peerId !== parts.peerId))
  const isAlone = host.getPeers().length === 0 && peering.peers().length === 0
  return [
    ...portAdvice(settings, host),
    ...(isAlone
      ? [
          'This node has no peer. Add one with countersign peers add MULTIADDR: the address that the other node shows at its start.',
        ]
      : []),
    ...(host.getPeers().length > 0 && !isFollowed && !parts.readOnly
      ? ['No peer has said yet that it follows a feed of this node; GET /feeds shows who does.']
      : []),
    ...feeds
      .formerFeeds()
      .flatMap(({ key, collection }) =>
        feeds.ownFeeds().some((own) => own.collection === collection)
          ? [
              `This node writes another feed for ${collection} than before: of ${key.slice(0, 16)}… others may have more than it kept.`,
            ]
          : [],
      ),
    ...(paused > 0
      ? [`${paused === 1 ? '1 feed is' : `${paused} feeds are`} paused; GET /feeds says why.`]
      : []),
  ]
}

/** Nobody chose a port, and the usual one was taken. */
function portAdvice({ anyPort, listen, announce }: NetworkSettings, host: Host): readonly string[] {
  const usual = new Set(listen.map(portOf))
  const found = host.getMultiaddrs().map((address) => portOf(address.toString()))
  if (!anyPort || announce.length > 0 || found.length === 0) return []
  if (found.some((port) => usual.has(port))) return []
  return [
    `Port ${[...usual].join(', ')} is taken: peers reach this node by another one, which changes at each start. Choose one with --p2p.`,
  ]
}

const portOf = (address: string): string | undefined => /\/tcp\/(\d+)/.exec(address)?.[1]
