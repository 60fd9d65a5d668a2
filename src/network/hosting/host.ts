import { gossipsub } from '@chainsafe/libp2p-gossipsub'
import type { GossipSub } from '@chainsafe/libp2p-gossipsub'
import { identify } from '@libp2p/identify'
import type { Connection, Ed25519PrivateKey, Libp2p, PeerId } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { ConfigError } from '../../base/errors.ts'
import { gossipOptions } from './gossip-options.ts'
import { HANDSHAKE_PATIENCE, makeHalfOpen } from './half-open.ts'
import { usableAddresses } from './listen-addresses.ts'
import { boundedYamux } from './muxer.ts'
import type { NamedPeers } from './named-peers.ts'
import { ownInterfaces } from './own-interfaces.ts'
import { answerPings, PING } from './ping.ts'
import { remoteShare } from './remote-share.ts'
import { seatFor } from './seats.ts'
import { readSwarmKey } from './swarm-key.ts'

export interface HostSettings {
  readonly privateKey: Ed25519PrivateKey
  /** Multiaddrs; none: only what this node dials itself. */
  readonly listen: readonly string[]
  /** Nobody chose these: if a port is taken, any free one will do. */
  readonly anyPort: boolean
  /** Told to others instead of what was found. */
  readonly announce: readonly string[]
  readonly mdns: boolean
  /** File of a private network's pre-shared key. */
  readonly swarmKey?: string | undefined
  readonly topics: readonly string[]
  /** Address of this machine that it dials from; any if absent. */
  readonly dialFrom?: string | undefined
  /** How many peers that the operator did not name may be connected; as usual if absent. */
  readonly mostStrangers?: number | undefined
}

export type Host = Libp2p<{ readonly pubsub: GossipSub }>

/** From one address in a second: many nodes can stand behind one proxy. */
const INBOUND_PER_SECOND = 100
const MAX_CONNECTIONS = 300
/** The rest is kept for the peers that the operator named. */
const MOST_STRANGERS = 200
/** Every connection is tried so often, and answers within this at the longest, in milliseconds. */
const PING_EVERY = 10_000
const PING_PATIENCE = 20_000
/** Streams of one connection, as of libp2p's own service. */
const PINGS_OF_ONE = 2
/** Two nodes that dial each other at the same moment have two for a while. */
const MOST_OF_ONE = 2

/** Those that the operator names: there is always room for them. */
type Named = Pick<NamedPeers, 'has' | 'hasAddress'>

/** Who stays out, by peer id. */
export interface Gate {
  /** It broke the protocols too often, or the operator removed or banned it. */
  readonly isBanned: (peerId: string) => boolean
  /** The operator does not want it to be dialled. */
  readonly isBarred: (peerId: string) => boolean
}

/**
 * Made, not started: handlers that come later than the first connection would miss it. Whoever makes it stops it.
 * @param gate who stays out
 * @throws ConfigError SETTING_INVALID
 */
export async function makeHost(settings: HostSettings, named: Named, gate: Gate): Promise<Host> {
  const { anyPort, swarmKey, announce, topics } = settings
  const halfOpen = makeHalfOpen(named.hasAddress)
  const dialOpts = { noDelay: true, localAddress: settings.dialFrom }
  const strangers = { most: settings.mostStrangers ?? MOST_STRANGERS, isNamed: named.has }
  const listen = anyPort ? await usableAddresses(settings.listen) : settings.listen
  const psk = swarmKey === undefined ? undefined : await readSwarmKey(swarmKey)
  const host: Host = await createLibp2p({
    start: false,
    privateKey: settings.privateKey,
    nodeInfo: { name: 'countersign' },
    addresses: { listen: [...listen], announce: [...announce] },
    transports: [tcp({ dialOpts })],
    connectionEncrypters: [noise()],
    // with its defaults a reader that pauses is cut off
    streamMuxers: [
      boundedYamux({
        streamOptions: { maxStreamWindowSize: 2 * MEBIBYTE, maxReadBufferLength: 8 * MEBIBYTE },
      }),
    ],
    connectionManager: {
      inboundConnectionThreshold: INBOUND_PER_SECOND,
      // that bound knows no addresses; ours does
      maxIncomingPendingConnections: Infinity,
      inboundUpgradeTimeout: HANDSHAKE_PATIENCE,
      maxConnections: MAX_CONNECTIONS,
      // it would give up, and forget the peer
      reconnectRetries: 0,
    },
    // its own bound is a minute: a peer that falls silent, whose machine is gone, is noticed in half of that
    connectionMonitor: { pingInterval: PING_EVERY, pingTimeout: { maxTimeout: PING_PATIENCE } },
    connectionGater: {
      denyInboundConnection: (connection) => {
        halfOpen.add(connection)
        return false
      },
      denyInboundEncryptedConnection: (peerId) => gate.isBanned(peerId.toString()),
      denyInboundUpgradedConnection: (peerId, connection) => {
        halfOpen.remove(connection)
        // it may have become so since it was greeted
        if (gate.isBanned(peerId.toString())) return true
        const newcomer = { peerId, share: remoteShare(connection.remoteAddr) }
        return !named.has(peerId.toString()) && !hasSeat(host, newcomer, strangers)
      },
      // addresses of this machine and of private networks are dialled too: the operator named them
      denyDialMultiaddr: () => false,
      denyDialPeer: (peerId) => gate.isBarred(peerId.toString()),
      // the same when the dial has come to its end, which may be seconds later
      denyOutboundUpgradedConnection: (peerId) => gate.isBarred(peerId.toString()),
    },
    ...(psk === undefined ? {} : { connectionProtector: preSharedKey({ psk }) }),
    ...(settings.mdns ? { peerDiscovery: [mdns()] } : {}),
    services: {
      identify: identify(),
      pubsub: gossipsub(gossipOptions(topics)),
      interfaces: ownInterfaces,
    },
  })
  await host.handle(PING, answerPings, { maxInboundStreams: PINGS_OF_ONE })
  return host
}

/**
 * Listens at the configured addresses. Whoever made the host stops it.
 * @throws ConfigError LISTEN_FAILED
 */
export async function startHost(
  host: Host,
  { listen }: Pick<HostSettings, 'listen'>,
): Promise<void> {
  try {
    await host.start()
  } catch (error) {
    const reason = portIsTaken(error) ? 'its port is taken' : messageOf(error)
    throw new ConfigError(
      'LISTEN_FAILED',
      `--p2p: ${listen.join(' ')} cannot be listened on: ${reason}. Choose another address or port, or none.`,
      { cause: error },
    )
  }
}

/** Is there a seat for that peer, whom the operator did not name? Another may have to leave for it. */
function hasSeat(
  host: Host,
  { peerId, share }: { readonly peerId: PeerId; readonly share: string },
  { most, isNamed }: { readonly most: number; readonly isNamed: (peerId: string) => boolean },
): boolean {
  const there = host.getConnections(peerId).length
  if (there >= MOST_OF_ONE) return false
  if (there > 0) return true
  const seats = new Map<string, { readonly share: string; readonly peer: PeerId }>()
  // in the order in which they came; whom this node chose and dialled gives way to nobody who only comes
  for (const { remotePeer, remoteAddr, direction } of byAge(host.getConnections()))
    if (
      direction === 'inbound' &&
      !isNamed(remotePeer.toString()) &&
      !seats.has(remotePeer.toString())
    )
      seats.set(remotePeer.toString(), { share: remoteShare(remoteAddr), peer: remotePeer })
  const seat = seatFor(share, [...seats.values()], most)
  const last = seat.kind === 'instead' ? seat.of.at(-1) : undefined
  if (last !== undefined) host.hangUp(last.peer).catch(() => undefined)
  return seat.kind === 'free' || last !== undefined
}

const byAge = (connections: readonly Connection[]): readonly Connection[] =>
  connections.toSorted((one, other) => one.timeline.open - other.timeline.open)

const MEBIBYTE = 1024 * 1024

/** libp2p gathers what went wrong for each address. */
function portIsTaken(error: unknown): boolean {
  return allErrors(error).some((one) => messageOf(one).includes('EADDRINUSE'))
}

function allErrors(error: unknown): readonly unknown[] {
  if (error instanceof AggregateError) return [error, ...error.errors.flatMap(allErrors)]
  if (error instanceof Error && error.cause !== undefined) return [error, ...allErrors(error.cause)]
  return [error]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
