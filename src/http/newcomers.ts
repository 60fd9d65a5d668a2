/* How often one comes to the door where many come at once. */
import { prefixOf } from '../address-share.ts'

/** Connections of one prefix in one second; as long as they are no more, everybody is let in. */
const MANY = 256
/** Of one address where they are more: enough for whoever opens one for each request, one after the other. */
const OF_ONE = 32
const SECOND = 1000

interface Prefix {
  /** When its second began, in milliseconds. */
  since: number
  /** By share. */
  readonly came: Map<string, number>
  all: number
  admitted: number
  /** What one address may open in a flood; less where it has many addresses. */
  ofOne: number
}

/**
 * Whether to let in one more connection of an address: a process that opens thousands in a second leaves no time for anybody
 * else's first word. In a prefix that does so only those are refused who come most often.
 * @param now in milliseconds
 */
export function makeNewcomers(now = () => performance.now()): (share: string) => boolean {
  const prefixes = new Map<string, Prefix>()
  let swept = now()

  function sweep(at: number): void {
    if (at - swept < SECOND) return
    swept = at
    for (const [name, { since }] of prefixes) if (at - since > 2 * SECOND) prefixes.delete(name)
  }

  return (share) => {
    const at = now()
    sweep(at)
    const name = prefixOf(share)
    let prefix = prefixes.get(name)
    if (prefix === undefined) {
      prefix = { since: at, came: new Map(), all: 0, admitted: 0, ofOne: OF_ONE }
      prefixes.set(name, prefix)
    } else if (at - prefix.since >= SECOND) nextSecond(prefix, at)
    const own = (prefix.came.get(share) ?? 0) + 1
    prefix.came.set(share, own)
    prefix.all += 1
    if (prefix.all > MANY && own > prefix.ofOne) return false
    prefix.admitted += 1
    return true
  }
}

/** So many addresses can a prefix have that even a few of each are too many. */
function nextSecond(prefix: Prefix, at: number): void {
  if (prefix.admitted > 2 * MANY) prefix.ofOne = Math.max(1, Math.floor(prefix.ofOne / 2))
  else if (prefix.admitted < MANY) prefix.ofOne = Math.min(OF_ONE, prefix.ofOne * 2)
  prefix.since = at
  prefix.came.clear()
  prefix.all = 0
  prefix.admitted = 0
}
