/* Waits until other nodes have what was submitted. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../../base/errors.ts'
import type { Target } from '../nodes/target.ts'
import type { Arguments } from '../terminal/command.ts'
import { numberOf } from '../terminal/number-option.ts'

/** How many other nodes shall have it, and how long that is waited for. */
export interface WantedCopies {
  readonly copies: number
  /** In seconds. */
  readonly wait: number
}

/** In seconds, where nothing is said. */
const USUAL_WAIT = 60
const MOST_COPIES = 1_000
const MOST_WAIT = 86_400
/** Between two questions, in milliseconds. */
const PAUSE = 500

/** @returns `undefined` if none are wanted. @throws ConfigError USAGE */
export function wantedCopies(args: Arguments): WantedCopies | undefined {
  const copies = numberOf(args, 'copies', MOST_COPIES)
  const wait = numberOf(args, 'wait', MOST_WAIT)
  if (copies === undefined && wait !== undefined)
    throw new ConfigError('USAGE', '--wait goes with --copies N: what shall be waited for')
  return copies === undefined ? undefined : { copies, wait: wait ?? USUAL_WAIT }
}

/** What was taken, and by whom. */
export interface Taken {
  readonly file: string
  readonly target: Target
  readonly id: string
}

/**
 * Asks each node that took something how many others have it, until all have enough or the time is over.
 * @param taken in order: who has the last of a feed has mostly what came before
 * @returns a sentence for each that has not enough
 * @throws what asking a node throws
 */
export async function awaitCopies(
  taken: readonly Taken[],
  { copies, wait }: WantedCopies,
): Promise<readonly { readonly taken: Taken; readonly sentence: string }[]> {
  const end = performance.now() + wait * 1_000
  const lacking: { readonly taken: Taken; readonly sentence: string }[] = []
  for (const one of taken) {
    let counted = await countOf(one)
    while (counted !== undefined && counted < copies && performance.now() < end) {
      await sleep(Math.min(PAUSE, Math.max(1, end - performance.now())))
      counted = await countOf(one)
    }
    if (counted === undefined || counted < copies)
      lacking.push({ taken: one, sentence: sentenceOf(counted, { copies, wait }) })
  }
  return lacking
}

/** `undefined`: the node does not say. */
async function countOf({ target, id }: Taken): Promise<number | undefined> {
  return (await target.repository.certification(id))?.copies?.counted
}

function sentenceOf(counted: number | undefined, { copies, wait }: WantedCopies): string {
  if (counted === undefined)
    return 'this node does not say how many copies there are: it runs an older version of Countersign'
  const there =
    counted === 0
      ? 'no other node is known to have it'
      : `${counted} of ${copies} other nodes have it`
  return `it was taken, but ${there} after ${wait} s; countersign status shows who counts`
}
