/* The peers that this node remembers, and those who do not come back, as the operator sees them. */
import type { KnownPeerStatus } from '../contract/peer-book.ts'
import { dialable, type KnownPeer } from './exchange/known-peer.ts'
import type { Opened } from './open-modules.ts'

/** How many peers it could dial that are neither named nor connected. */
export function rememberedIn({
  host,
  named,
  exchange,
}: Pick<Opened, 'host' | 'named' | 'exchange'>): number {
  const connected = new Set(host.getPeers().map(String))
  return exchange.known.all().filter(({ peerId }) => !named.has(peerId) && !connected.has(peerId))
    .length
}

/** Those who are connected first, then whoever was last. */
export function knownPeerStatuses({
  host,
  named,
  exchange,
  barred,
}: Pick<Opened, 'host' | 'named' | 'exchange' | 'barred'>): readonly KnownPeerStatus[] {
  const connected = new Set(host.getPeers().map(String))

  function statusOf(peerId: string, peer: KnownPeer | undefined): KnownPeerStatus {
    return {
      peerId,
      addresses: peer === undefined ? [] : dialable(peer).map((one) => `${one}/p2p/${peerId}`),
      metAt: peer?.metAt ?? null,
      reachedAt: peer?.reachedAt ?? null,
      toldBy: peer?.teller ?? null,
      configured: named.has(peerId),
      connected: connected.has(peerId),
      barred: barred.of(peerId) ?? null,
    }
  }

  const known = exchange.known.all().map((one) => statusOf(one.peerId, one))
  const others = barred
    .all()
    .filter(({ peerId }) => exchange.known.get(peerId) === undefined)
    .map(({ peerId }) => statusOf(peerId, undefined))
  return [...known, ...others].toSorted(
    (one, other) =>
      Number(other.connected) - Number(one.connected) ||
      (other.metAt ?? 0) - (one.metAt ?? 0) ||
      (one.peerId < other.peerId ? -1 : 1),
  )
}
