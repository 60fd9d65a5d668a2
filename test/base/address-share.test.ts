import { expect, test } from 'vitest'
import { heavierThan, neighbourhoodOf, prefixOf, shareOf } from '../../src/base/address-share.ts'

test('a share is an IPv4 address, however it is written, or a /64', () => {
  const written = [
    '203.0.113.7',
    '::ffff:203.0.113.7',
    '::FFFF:203.0.113.7',
    '0:0:0:0:0:ffff:203.0.113.7',
    '::ffff:cb00:7107',
    '0000::FFFF:CB00:7107',
    '::ffff:cb00:7107%eth0',
  ]
  for (const read of [shareOf, prefixOf, neighbourhoodOf])
    expect(written.map(read)).toEqual(written.map(() => read('203.0.113.7')))
  expect(
    ['::1', '::', '::fffe:cb00:7107', '::ffff:0:cb00:7107', '1::ffff:1.2.3.4'].map(shareOf),
  ).toEqual(['0:0:0:0::/64', '0:0:0:0::/64', '0:0:0:0::/64', '0:0:0:0::/64', '1:0:0:0::/64'])
  expect(['2001:db8:0:1:ffff::1', '2001:0db8::2:0:0:2', 'fe80::1%eth0'].map(shareOf)).toEqual([
    '2001:db8:0:1::/64',
    '2001:db8:0:0::/64',
    'fe80:0:0:0::/64',
  ])
})

test('a prefix is a /16 or a /32, of an address and of its share alike', () => {
  for (const address of ['192.0.2.7', '2001:db8:7:1:ffff::1', 'local'])
    expect(prefixOf(shareOf(address))).toBe(prefixOf(address))
  expect(['192.0.2.7', '2001:db8:7:1::/64', 'local'].map(prefixOf)).toEqual([
    '192.0.0.0/16',
    '2001:db8::/32',
    'local',
  ])
})

test('who holds most gives way, but first the network that does', () => {
  const holdings = [
    ...Array.from({ length: 30 }, (_, at) => ({ share: `198.51.${at}.1`, weight: 2 })),
    { share: '198.51.200.1', weight: 3 },
    { share: '192.0.2.1', weight: 20 },
    { share: '203.0.113.1', weight: 1 },
  ]
  expect(heavierThan('203.0.113.1', holdings)).toBe('198.51.200.1')
  expect(heavierThan('198.51.200.1', holdings)).toBeUndefined()
  expect(heavierThan('198.51.3.1', holdings)).toBe('198.51.200.1')
  expect(heavierThan('192.0.2.1', holdings)).toBe('198.51.200.1')
  expect(heavierThan('192.0.2.2', [{ share: '192.0.2.1', weight: 1 }])).toBe('192.0.2.1')
  expect(heavierThan('192.0.2.2', [])).toBeUndefined()
})
