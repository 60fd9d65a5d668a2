import { isIPv6 } from 'node:net'
import { LRUCache } from 'lru-cache'

/**
 * Whose share something takes, wherever something is bounded: an IPv4 address, or the /64 of an IPv6 address, since one
 * customer has at least that many. IPv4 written as IPv6 counts as IPv4.
 */
export function shareOf(address: string): string {
  const groups = groupsOf(address)
  return typeof groups === 'string' ? groups : `${groups.slice(0, 4).join(':')}::/64`
}

/**
 * The network around a share or an address: the /16 of IPv4, the /32 of IPv6, which is what a provider gets. Whoever has
 * many addresses has them there. What is no address is its own prefix.
 */
export function prefixOf(address: string): string {
  const known = read.get(address)
  if (known !== undefined) return known
  const prefix = readPrefix(address)
  read.set(address, prefix)
  return prefix
}

/** The part of a prefix that one customer can have: the /24 of IPv4, the /48 of IPv6. What is no address is its own. */
export function neighbourhoodOf(address: string): string {
  const groups = groupsOf(address.endsWith('/64') ? address.slice(0, -3) : address)
  if (typeof groups !== 'string') return `${groups.slice(0, 3).join(':')}::/48`
  const end = groups.lastIndexOf('.')
  return end === -1 ? groups : `${groups.slice(0, end)}.0/24`
}

/** Who gives way is asked of thousands of holders at once. */
const read = new LRUCache<string, string>({ max: 16_384 })

function readPrefix(address: string): string {
  const groups = groupsOf(address.endsWith('/64') ? address.slice(0, -3) : address)
  if (typeof groups !== 'string') return `${groups.slice(0, 2).join(':')}::/32`
  const [, first, second] = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(groups) ?? []
  return first === undefined ? groups : `${first}.${second ?? ''}.0.0/16`
}

/** The groups of an IPv6 address; anything else, and IPv4 inside of one, as text. */
function groupsOf(address: string): readonly string[] | string {
  const zone = address.indexOf('%')
  const plain = zone === -1 ? address : address.slice(0, zone)
  if (!isIPv6(plain)) return plain
  const [left = '', right] = plain.split('::')
  const head = split(left)
  const tail = right === undefined ? [] : split(right)
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length
  const groups = [...head, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...tail]
  return ipv4In(groups) ?? groups
}

const MAPPED = '0:0:0:0:0:ffff'

/** The IPv4 address that stands in an IPv6 address (RFC 4291, 2.5.5.2), whether it is written in decimals or in hex. */
function ipv4In(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== MAPPED) return undefined
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

function split(text: string): string[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16).toString(16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d].map((pair) => pair.toString(16))
  })
}

/** What somebody holds of something that is bounded. */
export interface Holding {
  readonly share: string
  /** Of the share, if it is known already. */
  readonly prefix?: string
  readonly weight: number
}

/** What each holds, where everything weighs the same. @param shares of everything that is held, in order */
export function holdingsOf(shares: Iterable<string>): readonly Holding[] {
  const weights = new Map<string, number>()
  for (const share of shares) weights.set(share, (weights.get(share) ?? 0) + 1)
  return Array.from(weights, ([share, weight]) => ({ share, weight }))
}

/**
 * Who gives way to `own` when something is full: in the prefix that holds most whoever holds most. So neither one
 * address nor many of one network can keep others out.
 * @param holdings each share once, with what `own` would hold
 * @returns `undefined` if nobody holds more than `own`
 */
export function heavierThan(own: string, holdings: Iterable<Holding>): string | undefined {
  const prefixes = new Map<string, { weight: number; most: Holding }>()
  let mine: Holding = { share: own, weight: 0 }
  for (const holding of holdings) {
    if (holding.share === own) mine = holding
    const prefix = holding.prefix ?? prefixOf(holding.share)
    const there = prefixes.get(prefix) ?? { weight: 0, most: holding }
    there.weight += holding.weight
    if (holding.weight > there.most.weight) there.most = holding
    prefixes.set(prefix, there)
  }
  const ownPrefix = prefixes.get(prefixOf(own))
  let heaviest = ownPrefix
  for (const prefix of prefixes.values())
    if (prefix.weight > (heaviest?.weight ?? 0)) heaviest = prefix
  if (heaviest === undefined) return undefined
  if (heaviest === ownPrefix && heaviest.most.weight <= mine.weight) return undefined
  return heaviest.most.share
}
