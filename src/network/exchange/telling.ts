/* Which records a neighbour is told: this node's own, and those of peers that it is or was connected with. */
import type { AddressScope } from '../../base/address-scope.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { isOfUse, type KnownPeer } from './known-peer.ts'
import type { KnownPeers } from './known-peers.ts'
import type { OwnRecords } from './own-records.ts'
import type { PeerRecord } from './peer-record.ts'

/** Peers of whom one neighbour is told: a sixteenth of what it may remember, which is what it takes of one teller. */
const TOLD = 62
/** Who was connected so lately, in milliseconds, is told before all others. */
const LATELY = 3_600_000

export interface Listener {
  readonly peerId: string
  /** From how near it is reached; `undefined`: by no IP address. */
  readonly reach: AddressScope | undefined
  /** Has it told that record itself, or a later one of the same scope? */
  readonly has: (record: PeerRecord) => boolean
}

/** What can be told. */
export interface Tellable {
  readonly own: Pick<OwnRecords, 'all'>
  readonly known: Pick<KnownPeers, 'all'>
  readonly peers: Pick<RemotePeers, 'isConnected'>
}

/**
 * Those who are connected, then those who were lately, then all others, the last first: among the former each neighbour gets
 * others, so that all of them together know many. Nobody is told what another only says.
 * @param now milliseconds since 1970
 */
export function recordsFor(
  listener: Listener,
  { own, known, peers }: Tellable,
  now: number,
): readonly PeerRecord[] {
  const order = ({ peerId, metAt = 0 }: KnownPeer): number =>
    peers.isConnected(peerId) ? 0 : now - metAt < LATELY ? 1 : 2
  const isTold = (record: PeerRecord): boolean =>
    record.scope === 'public' ||
    record.addresses.some((address) => isOfUse(address, listener.reach))
  const others = known
    .all()
    .filter(({ peerId, metAt }) => metAt !== undefined && peerId !== listener.peerId)
    .map((peer) => ({ peer, order: order(peer), mixed: mix(`${listener.peerId} ${peer.peerId}`) }))
    .toSorted(
      (one, other) =>
        one.order - other.order ||
        (one.order === 2
          ? (other.peer.metAt ?? 0) - (one.peer.metAt ?? 0)
          : one.mixed - other.mixed),
    )
    .map(({ peer }) => [peer.records.public, peer.records.local])
    .map((records) => records.filter((record) => record !== undefined).filter(isTold))
    .filter((records) => records.length > 0)
    .slice(0, TOLD)
  return [...own.all().filter(isTold), ...others.flat().filter((record) => !listener.has(record))]
}

/** FNV-1a, 32 bits: the same pair gives the same number, and nothing depends on who chooses it. */
function mix(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return hash
}
