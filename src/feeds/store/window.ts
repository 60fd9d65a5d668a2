/* Some pairs of a replica of which not everything is kept: their index blocks are asked for, and what is chosen by them. */
import type Hypercore from 'hypercore'
import type { DownloadRange } from 'hypercore'
import type { BlockChoice } from '../format/feed.ts'

/** Data blocks from `start` up to `end`, not included, and the index blocks behind them; 0 and 0: the origin alone. */
export interface WindowPlace {
  readonly start: number
  readonly end: number
}

export interface Window extends WindowPlace {
  /** Is everything here that is wanted of it? */
  readonly isDone: () => boolean
  /** @returns whether that block was asked for by this window */
  readonly arrived: (sequence: number) => boolean
  readonly close: () => void
}

export interface WindowParts {
  /** The index block of a pair, that is here. */
  readonly read: (sequence: number) => Promise<Uint8Array | undefined>
  readonly avoids: (sequence: number) => boolean
  /** Data blocks were left out. */
  readonly onLeftOut: () => void
}

/**
 * Asks for them from now on, until it is closed.
 * @param onDone called when something was looked at, and nothing is wanted any more
 */
export function openWindow(
  core: Hypercore,
  { start, end }: WindowPlace,
  { choice, read, avoids, onLeftOut, onDone }: WindowParts & ChosenBy,
): Window {
  /** Blocks that were asked for. */
  const awaited = new Set<number>()
  const ranges: DownloadRange[] = []
  /** Chosen, and to be asked for together. */
  let wanted: number[] = []
  /** How often index blocks are being looked at. */
  let looking = 0
  let isClosed = false
  const isHere = (sequence: number): boolean => core.core.bitfield.get(sequence)
  const isOpenQuestion = (sequence: number): boolean =>
    !isHere(sequence) && !avoids(sequence) && !choice.leavesOut(sequence)
  const isDone = (): boolean => looking === 0 && awaited.size === 0

  function begin(): void {
    if (start === 0 && !isHere(0)) wanted.push(0)
    const undecided: number[] = []
    for (let at = Math.max(1, start); at < end; at += 2)
      if (!isHere(at + 1)) wanted.push(at + 1)
      else if (isOpenQuestion(at)) undecided.push(at)
    demand()
    if (undecided.length > 0) void lookAt(undecided)
  }

  function demand(): void {
    const blocks = wanted.filter((sequence) => !isHere(sequence) && !avoids(sequence))
    wanted = []
    if (isClosed || blocks.length === 0) return
    for (const sequence of blocks) awaited.add(sequence)
    ranges.push(core.download({ blocks }))
  }

  async function lookAt(sequences: readonly number[]): Promise<void> {
    looking += 1
    let isLeftOut = false
    try {
      for (const sequence of sequences) {
        const index = isClosed ? undefined : await read(sequence + 1)
        if (index === undefined) continue
        if (choice.choose(sequence, index)) wanted.push(sequence)
        else isLeftOut = true
      }
    } catch {
      // it was closed, or the disk cannot be read: who reads it for what is in it tells that
    }
    looking -= 1
    if (isLeftOut) onLeftOut()
    // others that look meanwhile ask for all of it together
    if (looking === 0) demand()
    if (isDone()) onDone()
  }

  begin()
  return {
    start,
    end,
    isDone,
    arrived(sequence) {
      if (!awaited.delete(sequence)) return false
      if (sequence > 0 && sequence % 2 === 0 && isOpenQuestion(sequence - 1))
        void lookAt([sequence - 1])
      return true
    },
    close() {
      isClosed = true
      for (const range of ranges) range.destroy()
    },
  }
}

interface ChosenBy {
  readonly choice: BlockChoice
  readonly onDone: () => void
}
