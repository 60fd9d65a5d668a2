/* How often one comes to the door where many come at once. */
import { neighbourhoodOf, prefixOf } from '../../base/address-share.ts'

/** Connections of one prefix in one second; as long as they are no more, everybody is let in. */
const MANY = 256
/** Of one address where they are more: enough for whoever opens one for each request, one after the other. */
const OF_ONE = 32
/** Of one neighbourhood; only {@link FEW} of each where {@link OF_PREFIX} of the prefix have been let in. */
const OF_NEIGHBOURS = 256
const OF_PREFIX = 1024
const FEW = 16
/** In milliseconds. */
const SECOND = 1000

interface Prefix {
  /** Those who were let in, by share; and {@link OF_ONE} of each share at most, by neighbourhood and in all. */
  readonly ofOne: Map<string, number>
  readonly ofNeighbours: Map<string, number>
  came: number
  admitted: number
}

/**
 * Whether to let in one more connection of an address: a process that opens thousands in a second leaves no time for anybody
 * else's first word. In a prefix that does so only those are refused who come most often, be it with all addresses of a
 * neighbourhood. Whoever has a whole prefix shuts it to others there.
 * @param now in milliseconds
 */
export function makeConnectionRateLimit(now = () => performance.now()): (share: string) => boolean {
  /** Of this second. */
  const prefixes = new Map<string, Prefix>()
  let since = now()
  return (share) => {
    if (now() - since >= SECOND) {
      since = now()
      prefixes.clear()
    }
    const name = prefixOf(share)
    const prefix = prefixes.get(name) ?? begin()
    prefixes.set(name, prefix)
    const neighbourhood = neighbourhoodOf(share)
    const own = prefix.ofOne.get(share) ?? 0
    const near = prefix.ofNeighbours.get(neighbourhood) ?? 0
    prefix.came += 1
    const room = prefix.admitted < OF_PREFIX ? OF_NEIGHBOURS : FEW
    if (prefix.came > MANY && (own >= OF_ONE || near >= room)) return false
    prefix.ofOne.set(share, own + 1)
    // what one has before it is a flood takes no room from those beside it
    if (own < OF_ONE) {
      prefix.admitted += 1
      prefix.ofNeighbours.set(neighbourhood, near + 1)
    }
    return true
  }
}

const begin = (): Prefix => ({
  ofOne: new Map(),
  ofNeighbours: new Map(),
  came: 0,
  admitted: 0,
})
