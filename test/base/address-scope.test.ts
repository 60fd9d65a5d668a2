import { expect, test } from 'vitest'
import { scopeOf } from '../../src/base/address-scope.ts'

test.each([
  ['machine', ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']],
  [
    'network',
    [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.1.1',
      '100.64.0.1',
      'fd00::1',
      'fe80::1',
      '::ffff:10.0.0.1',
    ],
  ],
  ['public', ['5.9.0.1', '172.32.0.1', '100.128.0.1', '2a01:4f8::1', '2606:4700::1111']],
] as const)('an address of the scope "%s" is told from others', (scope, addresses) => {
  for (const address of addresses) expect([address, scopeOf(address)]).toEqual([address, scope])
})

test.each([
  ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
  ['multicast or reserved', ['224.0.0.1', '255.255.255.255', 'ff02::1', '4000::1']],
  ['for documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1']],
  // a translator, a tunnel or the system itself would take it to one that may be private
  [
    'around one of IPv4',
    ['64:ff9b::a00:1', '2002:a00:1::1', '2001:0:a00:1::1', '::10.0.0.1', '::ffff:5.9.0.1'],
  ],
  ['of one link alone', ['fe80::1%eth0']],
  ['no address', ['', 'node.example', '1.2.3', '5.9.0.1/32']],
])('what is %s is nobody', (_what, addresses) => {
  for (const address of addresses) expect([address, scopeOf(address)]).toEqual([address, undefined])
})
