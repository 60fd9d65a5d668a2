/* Which blocks of a replica are asked for, as long as it is followed: all, or those that are chosen. */
import type Hypercore from 'hypercore'
import type { BlockChoice, Replica } from '../format/feed.ts'
import type { Asking } from './asking.ts'
import { makeChosenDownloads } from './chosen-downloads.ts'
import { makeWholeDownloads } from './whole-downloads.ts'

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
  /** A block has come that was asked for. */
  readonly arrived: (sequence: number) => void
  /** The blocks from `first` up to `end` have come unasked, with a head that covers them. */
  readonly brought: (first: number, end: number) => void
  /** Asks for none of these; what was asked for before and is not here is forgotten. */
  readonly avoid: (sequences: Iterable<number>) => void
  readonly avoids: (sequence: number) => boolean
  /** Avoids one no more, and asks for it at once, and later whoever gets it then. @param patience in milliseconds */
  readonly fetch: (sequence: number, patience: number) => Promise<void>
  /** Asks anew. */
  readonly ask: () => void
  readonly choosing: Pick<Replica, 'choose' | 'reconsider' | 'wants' | 'leavesOut' | 'leftOut'>
}

interface DownloadParts {
  /** A block that is here. */
  readonly read: (sequence: number) => Promise<Uint8Array | undefined>
  /** Data blocks were left out. */
  readonly onLeftOut: () => void
}

/**
 * What is asked of peers for one replica: nothing, until it is told to follow. Whoever opens the core closes it, and what is
 * asked ends with it.
 */
export function makeDownloads(core: Hypercore, parts: DownloadParts): Downloads {
  let frozen = core.core.header.frozen
  let following = false
  let mayGrow = always
  const avoided = new Set<number>()
  const avoids = (sequence: number): boolean => avoided.has(sequence)
  const mayAsk = (): boolean => following && mayGrow()
  let asking: Asking = makeWholeDownloads(core, avoided)

  function ask(): void {
    if (!following) return
    if (!mayGrow()) asking.drop()
    else asking.ask()
  }

  function pause(): void {
    if (!following) return
    following = false
    asking.drop()
    core.setActive(false)
  }

  function askAnew(other: Asking): void {
    asking.drop()
    asking = other
    ask()
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
      asking.forget()
    },
    more() {
      if (asking.isBehind()) ask()
    },
    arrived: (sequence) => asking.arrived(sequence),
    brought(first, end) {
      asking.skip(first, end)
      for (let at = first; at < end; at += 1) asking.arrived(at)
    },
    avoid(sequences) {
      for (const sequence of sequences) avoided.add(sequence)
      if (following) asking.drop()
    },
    avoids,
    async fetch(sequence, patience) {
      avoided.delete(sequence)
      if (sequence < core.length && !frozen)
        await core.get(sequence, { timeout: patience }).catch(() => null)
      if (following && !core.core.bitfield.get(sequence)) asking.expect(sequence)
    },
    ask,
    choosing: makeChoosing(
      (choice) => askAnew(makeChosenDownloads(core, choice, { ...parts, avoids, mayAsk })),
      () => askAnew(asking),
    ),
  }
}

/** @param onChoice asks by it from now on @param onReconsidered asks anew */
function makeChoosing(
  onChoice: (choice: BlockChoice) => void,
  onReconsidered: () => void,
): Downloads['choosing'] {
  let choice: BlockChoice | undefined
  return {
    choose(by) {
      if (choice === by) return
      choice = by
      onChoice(by)
    },
    reconsider: onReconsidered,
    wants: (index) => choice?.wants(index) ?? true,
    leavesOut: (sequence) => choice?.leavesOut(sequence) === true,
    leftOut: () => choice?.count() ?? 0,
  }
}

const always = (): boolean => true
