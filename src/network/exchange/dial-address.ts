/* Addresses by which the exchange dials: IP and TCP, nothing that would have to be looked up. */
import { multiaddr } from '@multiformats/multiaddr'
import { LRUCache } from 'lru-cache'
import { type AddressScope, scopeOf } from '../../base/address-scope.ts'
import { prefixOf, shareOf } from '../../base/address-share.ts'

/** How many addresses are kept with what they are: all of the book's, and some. */
const REMEMBERED = 16_384

interface DialAddress {
  readonly scope: AddressScope
  readonly share: string
  readonly prefix: string
}

/** Asked of every address of the book, again and again. */
const known = new LRUCache<string, { readonly read: DialAddress | undefined }>({ max: REMEMBERED })

/** `undefined` of what is anything else than an IP address that a node can have, and a TCP port. */
export function scopeOfAddress(address: string): AddressScope | undefined {
  return readOnce(address)?.scope
}

/** Whose share it takes: an IPv4 address, or the /64 of one of IPv6. Itself, if it is no such address. */
export function shareOfAddress(address: string): string {
  return readOnce(address)?.share ?? address
}

/**
 * What is dialled at most once in a while: the /16 of IPv4, the /32 of IPv6. In a private network many nodes can stand behind one
 * address, and nobody outside of it can name one there: of a local address only itself, with its port.
 */
export function dialledPlace(address: string): string {
  const read = readOnce(address)
  return read === undefined || read.scope !== 'public' ? address : read.prefix
}

/** The network around it, local or not. */
export function prefixOfAddress(address: string): string {
  return readOnce(address)?.prefix ?? address
}

function readOnce(address: string): DialAddress | undefined {
  const there = known.get(address)
  if (there !== undefined) return there.read
  const read = readAddress(address)
  known.set(address, { read })
  return read
}

function readAddress(address: string): DialAddress | undefined {
  try {
    const [ip, tcp, ...more] = multiaddr(address).getComponents()
    const isIp = ip?.name === 'ip4' || ip?.name === 'ip6'
    if (!isIp || ip.value === undefined || tcp?.name !== 'tcp' || more.length > 0) return undefined
    const scope = scopeOf(ip.value)
    const port = Number(tcp.value)
    if (scope === undefined || !(port >= 1 && port <= 65_535)) return undefined
    return { scope, share: shareOf(ip.value), prefix: prefixOf(ip.value) }
  } catch {
    return undefined
  }
}
