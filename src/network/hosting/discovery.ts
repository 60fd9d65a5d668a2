/* Peers that are found on the local network are dialled: libp2p only tells of them. */
import type { PeerInfo } from '@libp2p/interface'
import type { Host } from './host.ts'

/** Whoever is found with more connections than this is not dialled. */
const ENOUGH = 32
const DIAL_PATIENCE = 10_000

export function dialDiscovered(host: Host): { readonly close: () => void } {
  const stop = new AbortController()
  const onDiscovery = ({ detail }: { readonly detail: PeerInfo }): void => {
    if (host.getPeers().length >= ENOUGH || host.getConnections(detail.id).length > 0) return
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(DIAL_PATIENCE)])
    // it is found again
    host.dial(detail.multiaddrs, { signal }).catch(() => undefined)
  }
  host.addEventListener('peer:discovery', onDiscovery)
  return {
    close() {
      stop.abort()
      host.removeEventListener('peer:discovery', onDiscovery)
    },
  }
}
