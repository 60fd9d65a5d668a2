/* Which blocks of a replica are asked for: every one that is not here and not avoided, as long as it is followed. */
import type Hypercore from 'hypercore'
import type { DownloadRange } from 'hypercore'

/** A fetched range is never taken back: when so many are open, the finished parts are dropped. */
const MAX_RANGES = 16

export interface Downloads {
  /** Nothing comes any more, ever. */
  readonly isFrozen: () => boolean
  /** @param mayGrow is asked each time before more blocks are asked for */
  readonly follow: (mayGrow: () => boolean) => void
  readonly pause: () => void
  readonly freeze: () => void
  /** hypercore has met a conflict and closes the core, and with it every range: it is frozen. */
  readonly ended: () => void
  /** A block or a head has come, or a peer: asks for what is new. */
  readonly more: () => void
  /** The blocks from `first` up to `end` have come unasked, with a head that covers them. */
  readonly brought: (first: number, end: number) => void
  /** Asks for none of these; what was asked for before and is not here is forgotten. */
  readonly avoid: (sequences: Iterable<number>) => void
  readonly avoids: (sequence: number) => boolean
  /** Avoids one no more, and asks for it at once. @param patience in milliseconds */
  readonly fetch: (sequence: number, patience: number) => Promise<void>
  /** Whoever gets that one later is asked for it then. */
  readonly expect: (sequence: number) => void
  /** Asks anew. */
  readonly ask: () => void
}

/**
 * What is asked of peers for one replica: nothing, until it is told to follow. Whoever opens the core closes it, and what is
 * asked ends with it.
 */
export function makeDownloads(core: Hypercore): Downloads {
  let frozen = core.core.header.frozen
  let following = false
  let mayGrow = always
  /** Blocks from here on have not been asked for. */
  let asked = 0
  let ranges: DownloadRange[] = []
  const avoided = new Set<number>()

  function ask(): void {
    if (!following) return
    if (!mayGrow()) drop()
    else askFurther()
  }

  function askFurther(): void {
    if (core.length <= asked) return
    if (ranges.length >= MAX_RANGES) {
      drop()
      asked = core.core.header.hints.contiguousLength
    }
    for (const { start, end } of between(avoided, asked, core.length)) demand(start, end)
    asked = core.length
  }

  function demand(start: number, end: number): void {
    ranges.push(core.download({ start, end, linear: true }))
  }

  function drop(): void {
    asked = 0
    for (const range of ranges) range.destroy()
    ranges = []
  }

  function pause(): void {
    if (!following) return
    following = false
    drop()
    core.setActive(false)
  }

  return {
    isFrozen: () => frozen,
    follow(gate) {
      if (frozen) return
      mayGrow = gate
      if (!following) core.setActive(true)
      following = true
      ask()
    },
    pause,
    freeze() {
      frozen = true
      pause()
    },
    ended() {
      frozen = true
      following = false
      ranges = []
    },
    more() {
      if (core.length > asked) ask()
    },
    brought(first, end) {
      if (asked === first) asked = end
    },
    avoid(sequences) {
      for (const sequence of sequences) avoided.add(sequence)
      if (following) drop()
    },
    avoids: (sequence) => avoided.has(sequence),
    async fetch(sequence, patience) {
      avoided.delete(sequence)
      if (sequence < core.length && !frozen)
        await core.get(sequence, { timeout: patience }).catch(() => null)
    },
    expect(sequence) {
      if (following && sequence < asked) demand(sequence, sequence + 1)
    },
    ask,
  }
}

const always = (): boolean => true

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
