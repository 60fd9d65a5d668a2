import { expect, test } from 'vitest'
import { toldAddresses } from '../../../src/network/hosting/told-addresses.ts'

const PEER = '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8'
const OTHER = '12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo'
const at = (...addresses: readonly string[]) => ({ peerId: PEER, addresses })

test('a node elsewhere is dialled at its public addresses, and at the host of its URL by the same port', () => {
  const told = at(
    `/ip4/127.0.0.1/tcp/8001/p2p/${PEER}`,
    `/ip4/172.17.0.2/tcp/8001/p2p/${PEER}`,
    `/ip4/203.0.113.7/tcp/8001/p2p/${PEER}`,
    `/ip6/fd00::1/tcp/8001/p2p/${PEER}`,
    '/dns4/other.example/tcp/9001',
  )
  expect(toldAddresses('https://node.example', told)).toEqual([
    `/ip4/203.0.113.7/tcp/8001/p2p/${PEER}`,
    `/dns4/other.example/tcp/9001/p2p/${PEER}`,
    `/dns/node.example/tcp/8001/p2p/${PEER}`,
    `/dns/node.example/tcp/9001/p2p/${PEER}`,
  ])
})

test('a node of this machine or this house is dialled at its addresses there', () => {
  const local = at(`/ip4/127.0.0.1/tcp/8001/p2p/${PEER}`, `/ip4/192.168.1.2/tcp/8001/p2p/${PEER}`)
  expect(toldAddresses('http://192.168.1.2:8000', local)).toEqual(local.addresses)
  expect(toldAddresses('http://[fd00::2]:8000', local)).toEqual([
    ...local.addresses,
    `/ip6/fd00::2/tcp/8001/p2p/${PEER}`,
  ])
  expect(toldAddresses('http://localhost:8000', local)).toEqual([
    ...local.addresses,
    `/dns/localhost/tcp/8001/p2p/${PEER}`,
  ])
})

test('what nobody could dial, and addresses of another node, are left out', () => {
  const told = at(
    'x',
    '',
    '/ip4/999.0.0.1/tcp/1',
    '/ip4/203.0.113.7/udp/1/quic',
    `/ip4/203.0.113.7/tcp/8001/p2p/${OTHER}`,
    '/unix/tmp/socket',
    '/ip4/203.0.113.7/tcp/99999',
  )
  expect(toldAddresses('https://node.example', told)).toEqual([])
})

test('sixteen are enough', () => {
  const many = at(...Array.from({ length: 100 }, (_, n) => `/ip4/203.0.113.${n}/tcp/8001`))
  expect(toldAddresses('https://node.example', many)).toHaveLength(16)
})
