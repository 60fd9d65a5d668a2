import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import type { PeerStatus } from '../../src/contract/following.ts'
import { PeerBody, peerStatus } from '../../src/contract/peer-status.ts'

const FROM = '/ip4/203.0.113.7/tcp/8001'

const peer = (changes: Partial<PeerStatus>): PeerStatus => ({
  peerId: '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN',
  addresses: [FROM],
  configured: false,
  removable: false,
  connected: true,
  direction: 'inbound',
  connectedAt: 1_000,
  gossip: true,
  replicating: false,
  publicUrl: null,
  readOnly: null,
  nextDialAt: null,
  failure: null,
  faults: 0,
  received: 1,
  sent: 2,
  ...changes,
})

test('where a stranger dialled from stands in no answer, and the addresses that the operator named do', () => {
  expect(JSON.stringify(peerStatus(peer({})))).not.toContain('203.0.113.7')
  expect(peerStatus(peer({ configured: true })).addresses).toEqual([FROM])
})

test('times are told in UTC, and those that there are not as null', () => {
  const told = peerStatus(peer({ nextDialAt: 2_000 }))
  expect([told.connectedAt, told.nextDialAt]).toEqual([
    '1970-01-01T00:00:01.000Z',
    '1970-01-01T00:00:02.000Z',
  ])
  expect(peerStatus(peer({ connectedAt: null }))).toMatchObject({
    connectedAt: null,
    nextDialAt: null,
  })
  expect([...Value.Errors(PeerBody, told)]).toEqual([])
})
