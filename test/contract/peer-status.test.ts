import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { PeerBody, peerStatus } from '../../src/contract/peer-status.ts'
import { strangersStatus } from '../support/peer-status.ts'

test('where a stranger dialled from stands in no answer, and the addresses that the operator named do', () => {
  expect(JSON.stringify(peerStatus(strangersStatus({})))).not.toContain('203.0.113.7')
  expect(peerStatus(strangersStatus({ configured: true })).addresses).toEqual([
    '/ip4/203.0.113.7/tcp/8001',
  ])
})

test('times are told in UTC, and those that there are not as null', () => {
  const told = peerStatus(strangersStatus({ nextDialAt: 2_000 }))
  expect([told.connectedAt, told.nextDialAt]).toEqual([
    '1970-01-01T00:00:01.000Z',
    '1970-01-01T00:00:02.000Z',
  ])
  expect(peerStatus(strangersStatus({ connectedAt: null }))).toMatchObject({
    connectedAt: null,
    nextDialAt: null,
  })
  expect([...Value.Errors(PeerBody, told)]).toEqual([])
})
