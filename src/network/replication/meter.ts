import type { Received } from '../../feeds/format/feed.ts'

/** What one feed has brought within an hour. */
export interface Meter {
  /** Something has come. */
  readonly count: () => void
  readonly lastHour: () => Received
}

const HOUR = 3_600_000

/**
 * An hour begins when something comes and none is running.
 * @param total since the start: it is asked each time, as entries are counted a moment after their block has come
 */
export function makeMeter(total: () => Received): Meter {
  let began = Date.now()
  let last = { ...total() }
  let base = last
  function count(): void {
    if (Date.now() - began >= HOUR) {
      began = Date.now()
      base = last
    }
    last = { ...total() }
  }
  return {
    count,
    lastHour: () => {
      count()
      return { bytes: last.bytes - base.bytes, entries: last.entries - base.entries }
    },
  }
}
