import type { Config } from './config.ts'
import type { Address } from './values.ts'

/** A config in the words of the settings table, each value as somebody would write it. */
export function describeConfig(config: Config): Readonly<Record<string, unknown>> {
  const { network } = config
  return {
    data: config.data,
    http: addressText(config.http),
    'public-url': config.publicUrl ?? null,
    name: network.name ?? null,
    p2p: network.listen.length === 0 ? ['none'] : network.listen,
    peer: network.peers,
    announce: network.announce,
    'read-only': config.readOnly,
    follow: network.follow,
    feed: network.feeds,
    mdns: network.mdns,
    'min-copies': network.minCopies ?? 0,
    'copies-of': (network.copiesOf ?? []).map((peerIds) => peerIds.join(' ')),
    'ready-needs-peers': network.readyNeedsPeers,
    connections: network.connections,
    'share-address': network.shareAddress ?? !config.readOnly,
    'swarm-key': network.swarmKey ?? null,
    'stranger-bytes': network.quotas.strangerBytes,
    'stranger-feeds': network.quotas.strangerFeeds,
    'peer-feeds': network.quotas.peerFeeds,
    'feed-bytes-per-hour': network.quotas.feedBytesPerHour,
    'feed-entries-per-hour': network.quotas.feedEntriesPerHour,
    'total-bytes': network.quotas.totalBytes,
    keyring: config.keyrings,
    'pages-policy': config.pagesPolicy?.path ?? null,
    'trust-proxy': config.trustProxy,
    'submissions-per-minute': config.submissionsPerMinute,
    'waiting-items': config.waiting.items,
    'waiting-bytes': config.waiting.bytes,
    'waiting-hours': config.waiting.hours,
    'verification-threads': config.verificationThreads,
    'log-level': config.logLevel,
    collection: config.collections,
    keep: config.keep,
  }
}

const addressText = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
