import type { PeerStatus } from '../../src/contract/following.ts'

/** A stranger who has dialled this node, changed in that. */
export const strangersStatus = (changes: Partial<PeerStatus>): PeerStatus => ({
  peerId: '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN',
  addresses: ['/ip4/203.0.113.7/tcp/8001'],
  configured: false,
  removable: false,
  connected: true,
  direction: 'inbound',
  connectedAt: 1_000,
  gossip: true,
  replicating: false,
  name: null,
  publicUrl: null,
  readOnly: null,
  nextDialAt: null,
  failure: null,
  faults: 0,
  received: 1,
  sent: 2,
  ...changes,
})
