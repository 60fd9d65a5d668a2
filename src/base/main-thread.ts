/* Who has the main thread. */
import { setImmediate } from 'node:timers/promises'

/** How long it is had at a stretch, in milliseconds: what a short answer waits for at most. */
export const TIME_SLICE = 5
/** Turns that newcomers get before whoever waits goes on. */
const NEWCOMERS = 64

let arrived = 0

/** Somebody has come to a door. */
export function noteArrival(): void {
  arrived += 1
}

let last: Promise<void> = Promise.resolve()

/**
 * Lets others have the main thread in the middle of something long. Whoever does that stands in one line and goes on in a turn of
 * the event loop in which nobody else of that line does.
 */
export function yieldMainThread(): Promise<void> {
  last = last.then(turn)
  return last
}

/**
 * Who stands at a door comes first. libuv (since 1.45) accepts only one connection in a turn, so that turns of 5 ms would let in
 * 200 a second, and the kernel turns away whoever comes then.
 */
async function turn(): Promise<void> {
  // the first one may end before anything was polled
  for (let turns = 0; turns < NEWCOMERS; turns += 1) {
    const before = arrived
    await setImmediate()
    if (turns > 0 && arrived === before) return
  }
}

/** What begins does its first part in so many steps of promises, before it waits for a thread or the disk. */
const STEPS = 32

/** Lets as much begin in one turn of the event loop as takes {@link TIME_SLICE}; the rest stands in a line of its own. */
export function makeStaggeredStart(): () => Promise<void> {
  const waiting: (() => void)[] = []
  let isRunning = false

  async function run(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      await turn()
      const since = performance.now()
      while (waiting.length > 0 && performance.now() - since < TIME_SLICE) {
        waiting.shift()?.()
        for (let step = 0; step < STEPS; step += 1) await Promise.resolve()
      }
    }
    isRunning = false
  }

  return () =>
    new Promise((begin) => {
      waiting.push(begin)
      if (!isRunning) void run()
    })
}
