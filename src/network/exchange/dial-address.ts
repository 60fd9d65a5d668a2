/* Addresses by which the exchange dials: IP and TCP, nothing that would have to be looked up. */
import { multiaddr } from '@multiformats/multiaddr'
import { LRUCache } from 'lru-cache'
import { type AddressScope, scopeOf } from '../../base/address-scope.ts'
import { prefixOf, shareOf } from '../../base/address-share.ts'

/** How many addresses are kept with what they are: all of the book's, and some. */
const REMEMBERED = 16_384

interface Parts {
  readonly scope: AddressScope
  readonly share: string
  readonly prefix: string
}

/** Asked of every address of the book, again and again. */
const known = new LRUCache<string, { readonly parts: Parts | undefined }>({ max: REMEMBERED })

/** `undefined` of what is anything else than an IP address that a node can have, and a TCP port. */
export function scopeOfAddress(address: string): AddressScope | undefined {
  return partsOf(address)?.scope
}

/** Whose share it takes: an IPv4 address, or the /64 of one of IPv6. Itself, if it is no such address. */
export function shareOfAddress(address: string): string {
  return partsOf(address)?.share ?? address
}

/**
 * What is dialled at most once in a while: the /16 of IPv4, the /32 of IPv6. In a private network many nodes can stand behind one
 * address, and nobody outside of it can name one there: of a local address only itself, with its port.
 */
export function dialledPlace(address: string): string {
  const parts = partsOf(address)
  return parts === undefined || parts.scope !== 'public' ? address : parts.prefix
}

/** The network around it, local or not. */
export function prefixOfAddress(address: string): string {
  return partsOf(address)?.prefix ?? address
}

/** From how near somebody is reached who has that address, by any protocol; `undefined` if it is no IP address. */
export function reachOf(address: string): AddressScope | undefined {
  const ip = multiaddr(address)
    .getComponents()
    .find(({ name }) => name === 'ip4' || name === 'ip6')
  return ip?.value === undefined ? undefined : scopeOf(ip.value)
}

function partsOf(address: string): Parts | undefined {
  const there = known.get(address)
  if (there !== undefined) return there.parts
  const parts = readParts(address)
  known.set(address, { parts })
  return parts
}

function readParts(address: string): Parts | undefined {
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
