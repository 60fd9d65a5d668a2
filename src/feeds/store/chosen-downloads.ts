/*
 * What is asked of peers for a replica of which not everything is kept: index blocks first, and of the data blocks those that are
 * chosen by them. A window of pairs at a time, since hypercore looks through all that was asked for whenever it asks for more.
 */
import type Hypercore from 'hypercore'
import { TIME_SLICE, yieldMainThread } from '../../base/main-thread.ts'
import type { BlockChoice } from '../format/feed.ts'
import type { Asking } from './asking.ts'
import { openWindow, type Window, type WindowParts, type WindowPlace } from './window.ts'

/** Pairs of a window, and windows that are open at once. */
const WINDOW_PAIRS = 512
const MOST_WINDOWS = 16
/** When nothing has come for so long, the oldest window waits and the next one has its turn, in milliseconds. */
const STALL = 5_000

const ORIGIN: WindowPlace = { start: 0, end: 0 }

export interface ChosenParts extends WindowParts {
  /** May blocks be asked for now? */
  readonly mayAsk: () => boolean
}

/** Index blocks are asked for, and of the data blocks those that are chosen; but for those that are avoided. */
export function makeChosenDownloads(
  core: Hypercore,
  choice: BlockChoice,
  parts: ChosenParts,
): Asking {
  const open = new Set<Window>()
  const places = makePlaces(() => core.length)
  let isOpening = false
  let stalling: NodeJS.Timeout | undefined

  async function openAll(): Promise<void> {
    if (isOpening) return
    isOpening = true
    let since = performance.now()
    while (parts.mayAsk() && open.size < MOST_WINDOWS) {
      const place = places.take()
      if (place === undefined) break
      begin(place)
      if (performance.now() - since < TIME_SLICE) continue
      await yieldMainThread()
      since = performance.now()
    }
    isOpening = false
    watch()
  }

  function begin(place: WindowPlace): void {
    const window = openWindow(core, place, { ...parts, choice, onDone: () => endIfDone(window) })
    open.add(window)
    if (window.isDone()) end(window)
  }

  function end(window: Window): void {
    open.delete(window)
    window.close()
  }

  function endIfDone(window: Window): void {
    if (!open.has(window) || !window.isDone()) return
    end(window)
    void openAll()
  }

  /** With all windows open and more to ask for, one that gets nothing must not keep the others from their turn. */
  function watch(): void {
    clearTimeout(stalling)
    stalling = undefined
    if (open.size < MOST_WINDOWS) return
    stalling = setTimeout(() => {
      const [oldest] = open
      if (oldest === undefined) return
      end(oldest)
      places.later(oldest)
      void openAll()
    }, STALL)
    stalling.unref()
  }

  return {
    ask: () => void openAll(),
    isBehind: places.isBehind,
    drop() {
      clearTimeout(stalling)
      for (const window of open) end(window)
      places.again()
    },
    forget() {
      clearTimeout(stalling)
      open.clear()
    },
    arrived(sequence) {
      for (const window of open) {
        if (!window.arrived(sequence)) continue
        if (stalling !== undefined) watch()
        endIfDone(window)
      }
    },
    skip: places.skip,
    expect(sequence) {
      core.download({ start: sequence, end: sequence + 1, linear: true })
    },
  }
}

/** Where windows are to be opened: what is new first, and then again what has not come. */
interface Places {
  readonly take: () => WindowPlace | undefined
  readonly isBehind: () => boolean
  readonly later: (place: WindowPlace) => void
  readonly skip: (first: number, end: number) => void
  /** From the beginning. */
  readonly again: () => void
}

function makePlaces(length: () => number): Places {
  /** The first block that was not looked at: the origin, and then data blocks. */
  let next = 0
  let waiting: WindowPlace[] = []
  /** A pair is looked at when the head covers both of its blocks. */
  const end = (): number => length() - (length() % 2 === 0 ? 1 : 0)
  return {
    take() {
      if (length() === 0 || (next > 0 && next >= end())) return waiting.shift()
      const start = next
      next = start === 0 ? 1 : Math.min(end(), start + 2 * WINDOW_PAIRS)
      return start === 0 ? ORIGIN : { start, end: next }
    },
    isBehind: () => length() > 0 && next < end(),
    later: ({ start, end: before }) => void waiting.push({ start, end: before }),
    skip(first, before) {
      if (next === first) next = before
    },
    again() {
      next = 0
      waiting = []
    },
  }
}
