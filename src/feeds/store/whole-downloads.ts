/* Every block of a replica that is not here is asked for, but for those that are avoided. */
import type Hypercore from 'hypercore'
import type { DownloadRange } from 'hypercore'
import type { Asking } from './asking.ts'

/** A fetched range is never taken back: when so many are open, the finished parts are dropped. */
const MAX_RANGES = 16

/** @param avoided those that are never asked for */
export function makeWholeDownloads(core: Hypercore, avoided: ReadonlySet<number>): Asking {
  /** Blocks from here on have not been asked for. */
  let asked = 0
  let ranges: DownloadRange[] = []

  function demand(start: number, end: number): void {
    ranges.push(core.download({ start, end, linear: true }))
  }

  function drop(): void {
    asked = 0
    for (const range of ranges) range.destroy()
    ranges = []
  }

  return {
    ask() {
      if (core.length <= asked) return
      if (ranges.length >= MAX_RANGES) {
        drop()
        asked = core.core.header.hints.contiguousLength
      }
      for (const { start, end } of between(avoided, asked, core.length)) demand(start, end)
      asked = core.length
    },
    isBehind: () => core.length > asked,
    drop,
    forget() {
      ranges = []
    },
    arrived: () => undefined,
    skip(first, end) {
      if (asked === first) asked = end
    },
    expect(sequence) {
      if (sequence < asked) demand(sequence, sequence + 1)
    },
  }
}

/** The runs of numbers from `start` up to `end` that have none of `holes` in them. */
function* between(
  holes: ReadonlySet<number>,
  start: number,
  end: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let from = start
  for (const hole of [...holes].toSorted((one, other) => one - other)) {
    if (hole < from || hole >= end) continue
    if (hole > from) yield { start: from, end: hole }
    from = hole + 1
  }
  if (from < end) yield { start: from, end }
}
