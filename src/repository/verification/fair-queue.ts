/** What waits for a thread, by whom it is for: an address, or a feed. */
export interface FairQueue<T> {
  readonly add: (owner: string, item: T) => void
  /** The next item of who has taken least so far, if `mayTake` it. */
  readonly next: (mayTake?: (item: T) => boolean) => T | undefined
  /** What an item of that owner has really taken, in milliseconds. */
  readonly charge: (owner: string, milliseconds: number) => void
  readonly size: () => number
}

interface Line<T> {
  readonly items: T[]
  taken: number
}

/** Who has been away for so long that nobody remembers him starts where the others are. */
const MAXIMUM_IDLE = 512
/** What an item is taken to cost until it is known, in milliseconds. */
const GUESS = 0.3

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996): each owner has a line of his own, and the line that has taken least of the
 * threads' time goes first. Whoever comes anew starts at what the least of the busy ones has taken, so that nobody
 * saves up. So a flood, and whatever takes long to verify, hold up only who sent them.
 */
export function makeFairQueue<T>(): FairQueue<T> {
  const lines = new Map<string, Line<T>>()
  let size = 0
  let floor = 0

  function lineOf(owner: string): Line<T> {
    const known = lines.get(owner)
    if (known !== undefined) return known
    if (lines.size >= MAXIMUM_IDLE)
      for (const [name, { items }] of lines) if (items.length === 0) lines.delete(name)
    const line = { items: [], taken: floor }
    lines.set(owner, line)
    return line
  }

  return {
    add(owner, item) {
      const line = lineOf(owner)
      if (line.items.length === 0) line.taken = Math.max(line.taken, floor)
      line.items.push(item)
      size += 1
    },
    next(mayTake = () => true) {
      let least: Line<T> | undefined
      for (const line of lines.values()) {
        const [first] = line.items
        if (first === undefined || !mayTake(first)) continue
        if (least === undefined || line.taken < least.taken) least = line
      }
      const item = least?.items.shift()
      if (least === undefined || item === undefined) return undefined
      size -= 1
      floor = Math.max(floor, least.taken)
      least.taken += GUESS
      return item
    },
    charge(owner, milliseconds) {
      const line = lines.get(owner)
      if (line !== undefined) line.taken += Math.max(0, milliseconds - GUESS)
    },
    size: () => size,
  }
}
