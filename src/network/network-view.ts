/* What the doors may ask of the network, put together when it is asked. */
import type { NetworkView } from '../contract/following.ts'
import {
  copyAdvice,
  formerAdvice,
  laterAdvice,
  pausedAdvice,
  peerAdvice,
  portAdvice,
  urlAdvice,
} from './advice.ts'
import { followedFeedsOf } from './feed-view.ts'
import { peerConnections } from './hosting/peer-connections.ts'
import { rememberedIn } from './known-view.ts'
import type { NetworkParts } from './network-parts.ts'
import { peerStatusOf, unansweredPeer } from './peer-view.ts'
import type { Opened } from './open-modules.ts'
import { ownedBy, ownerStatement } from './said.ts'

export function viewOf(node: NetworkParts, opened: Opened, isReady: () => boolean): NetworkView {
  const { settings, readOnly } = node
  const { host, peering, isolation, faults, neighbours, replication } = opened
  const { local, selection, book, haves, copies, vouches, skipped, pushBook } = opened
  const addresses = (): readonly string[] => host.getMultiaddrs().map(String)
  return {
    name: settings.name,
    addresses,
    follow: settings.follow,
    readOnly,
    peers: () =>
      peerConnections(host, peering, faults).map((one) =>
        peerStatusOf(one, neighbours, replication),
      ),
    unanswered: () => opened.urls.all().flatMap(unansweredPeer),
    onPeers: (listener) => {
      host.addEventListener('peer:connect', listener)
      host.addEventListener('peer:disconnect', listener)
      const stops = [isolation.changed.subscribe(listener), copies.onChanged(listener)]
      return () => {
        host.removeEventListener('peer:connect', listener)
        host.removeEventListener('peer:disconnect', listener)
        for (const stop of stops) stop()
      }
    },
    nameOf: neighbours.nameOf,
    remembered: () => rememberedIn(opened),
    feeds: () => followedFeedsOf(local, selection, { book, haves, vouches, copies }),
    ownerStatement: (feed) => ownerStatement(haves, local, feed),
    ownedBy: (owners) => ownedBy(haves, local, owners),
    wantedCopies: settings.minCopies ?? 0,
    fewCopies: copies.few,
    copiesOf: copies.ofPlaces,
    writableUrls: neighbours.writableUrls,
    skipped: skipped.counts,
    pushes: pushBook.counts,
    isolated: isolation.isIsolated,
    ready: () => isReady() && !(settings.readyNeedsPeers && isolation.isIsolated()),
    advice: () => {
      const connected = host.getPeers().length
      return [
        ...portAdvice(settings, addresses()),
        ...peerAdvice(connected, peering.peers().length + peering.unanswered().length),
        ...urlAdvice(opened.urls.all()),
        ...(connected > 0 && !readOnly ? copyAdvice(local, book.heads) : []),
        ...formerAdvice(local),
        ...pausedAdvice(selection),
        ...laterAdvice(skipped.counts()),
      ]
    },
  }
}
