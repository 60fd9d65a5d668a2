/* Who has the main thread. */
import { setImmediate } from 'node:timers/promises'

/** Turns that newcomers get before whoever waits goes on. */
const NEWCOMERS = 16

/** How long it is had at a stretch, in milliseconds: what a short answer waits for at most. */
const STRETCH = 5

let arrived = 0
/** When somebody had it last who had waited for it. */
let since = 0
let last: Promise<void> = Promise.resolve()

/** Somebody has come to a door. */
export function noteArrival(): void {
  arrived += 1
}

/**
 * Lets others have the main thread: one of all who wait goes on in a turn of the event loop, the first of them first, so that a
 * turn is never longer than what one does at a stretch. Who stands at a door comes before them. libuv (since 1.45) accepts only
 * one connection in a turn, so that turns of 5 ms would let in 200 a second, and the kernel turns away whoever comes then.
 */
export function othersFirst(): Promise<void> {
  last = last.then(turn)
  return last
}

/** {@link othersFirst} where others have waited long enough; else `undefined`. To be called again and again, between some milliseconds of work. */
export const rest = (): Promise<void> | undefined =>
  performance.now() - since < STRETCH ? undefined : othersFirst()

async function turn(): Promise<void> {
  // the first one may end before anything was polled
  for (let turns = 0; turns < NEWCOMERS; turns += 1) {
    const before = arrived
    await setImmediate()
    if (turns > 0 && arrived === before) break
  }
  since = performance.now()
}
