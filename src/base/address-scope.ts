/* From where an IP address can be reached. */
import { BlockList, isIP } from 'node:net'

/** `machine`: only from the machine itself; `network`: only from a private network; `public`: from everywhere. */
export type AddressScope = 'machine' | 'network' | 'public'

/** RFC 6890, RFC 4291: loopback. */
const MACHINE = blocks(['127.0.0.0/8', '::1/128'])

/** Private (RFC 1918), shared by a provider's customers (RFC 6598), link-local (RFC 3927), unique local (RFC 4193). */
const NETWORK = blocks([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
])

/** What no node has: unspecified, multicast, reserved, for documentation and for measurements (RFC 6890). */
const NOBODY = blocks([
  '0.0.0.0/8',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])

/** Unicast of today (RFC 4291). Whatever else there is of IPv6 carries an IPv4 address, which may be a private one, or is nobody's. */
const PUBLIC_6 = blocks(['2000::/3'])
/** For documentation, Teredo and 6to4: the last two carry IPv4 addresses. */
const NOBODY_6 = blocks(['2001:db8::/32', '3fff::/20', '2001::/32', '2002::/16'])

/** `undefined` of what is no IP address, and of one that no node can have. */
export function scopeOf(address: string): AddressScope | undefined {
  const version = isIP(address)
  // a link-local address with a zone means nothing elsewhere
  if (version === 0 || address.includes('%')) return undefined
  const family = version === 6 ? 'ipv6' : 'ipv4'
  if (MACHINE.check(address, family)) return 'machine'
  if (NETWORK.check(address, family)) return 'network'
  if (version === 4) return NOBODY.check(address, family) ? undefined : 'public'
  return PUBLIC_6.check(address, family) && !NOBODY_6.check(address, family) ? 'public' : undefined
}

function blocks(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
