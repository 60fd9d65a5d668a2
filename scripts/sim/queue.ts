/* What happens when, in a world that has only its own clock: a binary heap. */

export interface EventQueue {
  readonly now: () => number
  /** @param after in milliseconds from now */
  readonly add: (after: number, run: () => void) => void
  /** Runs what is due until that moment. */
  readonly runUntil: (end: number) => void
}

interface Event {
  readonly at: number
  /** What was added first is first of what is due together. */
  readonly number: number
  readonly run: () => void
}

/** @param start milliseconds since 1970 */
export function makeEventQueue(start: number): EventQueue {
  const heap: Event[] = []
  let now = start
  let added = 0

  const isBefore = (one: Event, other: Event): boolean =>
    one.at < other.at || (one.at === other.at && one.number < other.number)

  function swap(one: number, other: number): void {
    const [first, second] = [heap[one], heap[other]]
    if (first === undefined || second === undefined) return
    heap[one] = second
    heap[other] = first
  }

  function up(from: number): void {
    for (let at = from; at > 0;) {
      const above = (at - 1) >> 1
      const [one, other] = [heap[at], heap[above]]
      if (one === undefined || other === undefined || !isBefore(one, other)) return
      swap(at, above)
      at = above
    }
  }

  function down(): void {
    for (let at = 0; ;) {
      let least = at
      for (const below of [2 * at + 1, 2 * at + 2]) {
        const [one, other] = [heap[below], heap[least]]
        if (one !== undefined && other !== undefined && isBefore(one, other)) least = below
      }
      if (least === at) return
      swap(at, least)
      at = least
    }
  }

  function take(): Event | undefined {
    const [first] = heap
    const last = heap.pop()
    if (heap.length > 0 && last !== undefined) {
      heap[0] = last
      down()
    }
    return first
  }

  return {
    now: () => now,
    add(after, run) {
      heap.push({ at: now + after, number: added++, run })
      up(heap.length - 1)
    },
    runUntil(end) {
      while ((heap[0]?.at ?? Infinity) <= end) {
        const event = take()
        if (event === undefined) break
        now = event.at
        event.run()
      }
      now = end
    },
  }
}
