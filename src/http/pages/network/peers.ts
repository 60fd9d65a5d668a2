import type { PeerStatus } from '../../../contract/peer-status.ts'
import { type Content, html } from '../elements/html.ts'
import { layout } from '../elements/layout.ts'
import { bytesText, timeText } from '../elements/references.ts'
import { table } from '../elements/table.ts'

/** @param addresses by which other nodes reach this one */
export function peersPage(peers: readonly PeerStatus[], addresses: readonly string[]): string {
  return layout(
    'Peers',
    html`${
        peers.length === 0
          ? html`<p>No peer is connected, and none is configured.</p>`
          : table(
              ['peer', 'connected', 'since', 'received', 'sent', 'faults', 'about'],
              peers.map((peer) => [
                html`${peer.name === null ? null : html`${peer.name} `}<span class="hex whole"
                    >${shortPeer(peer.peerId)}</span
                  >`,
                connection(peer),
                peer.connectedAt === null ? '-' : timeText(peer.connectedAt),
                bytesText(peer.received),
                bytesText(peer.sent),
                String(peer.faults),
                about(peer),
              ]),
            )
      }
      <h2>Connect with this node</h2>
      ${
        addresses.length === 0
          ? html`<p>It listens nowhere: it only dials others.</p>`
          : html`<pre>${addresses.map((address) => `countersign peers add ${address}\n`)}</pre>`
      }`,
  )
}

/** The end of a peer id is what tells it from others. */
export const shortPeer = (peerId: string): string => `…${peerId.slice(-12)}`

function connection({ connected, direction }: PeerStatus): Content {
  if (!connected) return html`<span class="no">no</span>`
  return html`<span class="yes">${direction ?? 'yes'}</span>`
}

function about(peer: PeerStatus): Content {
  const words = [
    ...(peer.configured ? ['configured'] : []),
    ...(peer.readOnly === true ? ['read-only'] : []),
    ...(peer.connected && !peer.replicating ? ['no blocks move'] : []),
    ...(peer.connected && !peer.gossip ? ['no gossip'] : []),
  ].join(', ')
  return html`${words}${
    peer.publicUrl === null ? null : html` <a href="${peer.publicUrl}">${peer.publicUrl}</a>`
  }${peer.failure === null ? null : html`<div class="quiet long">${peer.failure}</div>`}`
}
