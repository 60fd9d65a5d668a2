import { BlockList, isIP } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import { type AddressScope, scopeOf } from '../../base/address-scope.ts'
import { shareOf } from '../../base/address-share.ts'

/** The share of a peer that the operator names: it counts for no address and no prefix. */
export const NAMED = 'named'

/** Whose share a connection from there takes: see {@link shareOf}. What has no IP address is its own. */
export function remoteShare(address: Multiaddr): string {
  const ip = address.getComponents().find(({ name }) => name === 'ip4' || name === 'ip6')
  return ip?.value === undefined ? address.toString() : shareOf(ip.value)
}

/** From how near somebody is reached there, by any protocol; `undefined` if it is no IP address. */
export function remoteReach(address: Multiaddr): AddressScope | undefined {
  const ip = address.getComponents().find(({ name }) => name === 'ip4' || name === 'ip6')
  return ip?.value === undefined ? undefined : scopeOf(ip.value)
}

/** Loopback, private, link-local (RFC 6890, RFC 4193, RFC 4291): the machines of one operator or of one house. */
const LOCAL = new BlockList()
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  LOCAL.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  LOCAL.addSubnet(network, bits, 'ipv6')

const LOOPBACK_6 = shareOf('::1')

/** Is that share one of this machine, or of a private network? */
export function isLocal(share: string): boolean {
  const address = share.endsWith('/64') ? share.slice(0, -3) : share
  const version = isIP(address)
  if (version === 0) return false
  return share === LOOPBACK_6 || LOCAL.check(address, version === 6 ? 'ipv6' : 'ipv4')
}
