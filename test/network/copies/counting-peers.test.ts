import { expect, test } from 'vitest'
import { countingPeers } from '../../../src/network/copies/counting-peers.ts'

const named = new Set(['named', 'other'])
const vouched = new Set(['friend'])
const peers = { isNamed: (peerId: string) => named.has(peerId) }

test('who is neither named nor vouched for is no copy', () => {
  const { groupOf, counts } = countingPeers([], peers, vouched)
  expect([groupOf('stranger', '192.0.2.1'), counts('stranger')]).toEqual([undefined, false])
})

test('all behind one prefix of addresses are one copy, IPv6 too', () => {
  const { groupOf } = countingPeers([], peers, vouched)
  expect(groupOf('named', '192.0.2.1')).toBe(groupOf('friend', '192.0.77.9'))
  expect(groupOf('named', '2001:db8:1:2::/64')).toBe(groupOf('other', '2001:db8:9:9::/64'))
  expect(groupOf('named', '192.0.2.1')).not.toBe(groupOf('other', '198.51.100.1'))
})

test('on loopback each peer that the operator named is a copy, and all others are one together', () => {
  const { groupOf } = countingPeers([], peers, vouched)
  for (const share of ['127.0.0.1', '0:0:0:0::/64'])
    expect(groupOf('named', share)).not.toBe(groupOf('other', share))
  expect(groupOf('friend', '127.0.0.1')).toBe('127.0.0.0/16')
})

test('where operators are listed nobody else is a copy, and the peers of one are one copy wherever they are', () => {
  const { groupOf } = countingPeers([['one', 'same'], ['friend']], peers, vouched)
  expect(groupOf('named', '127.0.0.1')).toBeUndefined()
  expect(groupOf('one', '192.0.2.1')).toBe(groupOf('same', '198.51.100.1'))
  expect(groupOf('one', '192.0.2.1')).not.toBe(groupOf('friend', '192.0.2.1'))
})
