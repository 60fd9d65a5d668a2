import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { isLocal, remoteShare } from '../../../src/network/hosting/remote-share.ts'

test.each([
  ['/ip4/203.0.113.7/tcp/8001', '203.0.113.7'],
  ['/ip6/2001:db8:1:2:3:4:5:6/tcp/8001', '2001:db8:1:2::/64'],
  ['/ip6/2001:db8:1:2::9/tcp/8001', '2001:db8:1:2::/64'],
  ['/dns4/node.example/tcp/8001', '/dns4/node.example/tcp/8001'],
])('a connection from %s takes the share of %s', (address, share) => {
  expect(remoteShare(multiaddr(address))).toBe(share)
})

test.each([
  '/ip4/127.0.0.1/tcp/1',
  '/ip4/10.1.2.3/tcp/1',
  '/ip4/172.31.0.1/tcp/1',
  '/ip4/192.168.0.1/tcp/1',
  '/ip4/169.254.0.1/tcp/1',
  '/ip6/::1/tcp/1',
  '/ip6/fd00::1/tcp/1',
  '/ip6/fe80::1/tcp/1',
])('%s is of this machine or of a private network', (address) => {
  expect(isLocal(remoteShare(multiaddr(address)))).toBe(true)
})

test.each([
  '/ip4/126.255.255.255/tcp/1',
  '/ip4/11.0.0.1/tcp/1',
  '/ip4/172.15.0.1/tcp/1',
  '/ip4/172.32.0.1/tcp/1',
  '/ip4/192.169.0.1/tcp/1',
  '/ip6/::2:0:0:0:1/tcp/1',
  '/ip6/2001:db8::1/tcp/1',
  '/ip6/fec0::1/tcp/1',
  '/dns4/localhost/tcp/1',
])('%s is not', (address) => {
  expect(isLocal(remoteShare(multiaddr(address)))).toBe(false)
})
