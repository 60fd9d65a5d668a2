/* Which blocks a peer is asked for. */
import type { BlockRange, Feed } from '../../feeds/format/feed.ts'
import { MOST_QUESTIONS } from '../frames/read-back.ts'

/** What a peer says that it has of a feed. */
export interface Claim {
  readonly length: number
  readonly lacking: readonly BlockRange[]
  /** It signed that; else it has only offered a feed of that length. */
  readonly isSigned: boolean
}

/** Chosen at random, of which one is of the newest. */
const CHOSEN = 3
/** The newest so many are asked for more often than others. */
const NEWEST = 8
/** Of what has just been appended. */
const OF_TIP = 4
/** How often it is tried to find one that is here and that the peer says it has. */
const DRAWS = 64

export const isClaimed = ({ length, lacking }: Claim, sequence: number): boolean =>
  sequence < length &&
  !lacking.some(({ first, count }) => sequence >= first && sequence < first + count)

/**
 * A sample of all that a peer says that it has and that is here; all of it, if that is no more than one stream asks for.
 * @param below a random whole number from 0 up to this one, not included, that no peer can foresee
 * @returns nothing if there is no such block
 */
export function sampleOf(
  feed: Pick<Feed, 'length' | 'has' | 'nextHere'>,
  claim: Claim,
  below: (bound: number) => number,
): readonly number[] {
  const length = Math.min(feed.length, claim.length)
  const isUsable = (sequence: number): boolean => feed.has(sequence) && isClaimed(claim, sequence)
  if (length <= MOST_QUESTIONS)
    return Array.from({ length }, (_, sequence) => sequence).filter(isUsable)
  const newest = Math.max(0, length - NEWEST)
  const chosen = new Set<number>()
  const draw = (wanted: number, from: number): void => {
    for (let tries = 0; tries < DRAWS && chosen.size < wanted; tries += 1) {
      const sequence = dataOf(from + below(length - from), length)
      if (isUsable(sequence)) chosen.add(sequence)
    }
  }
  draw(1, newest)
  draw(CHOSEN, 0)
  if (chosen.size > 0) return [...chosen]
  // nearly nothing is here: whatever comes first
  for (let at = feed.nextHere(0); at !== undefined && at < length; at = feed.nextHere(at + 1))
    if (isUsable(at)) return [at]
  return []
}

/** The data block of the pair: index blocks are small, and nobody clears them. */
const dataOf = (sequence: number, length: number): number =>
  sequence % 2 === 0 && sequence > 0 ? sequence - 1 : Math.min(sequence, length - 1)

/** The newest blocks that are here, and that a peer has neither signed to have nor proved to have; newest first. */
export function tipOf(
  feed: Pick<Feed, 'length' | 'has'>,
  claim: Claim,
  proven: readonly number[],
): readonly number[] {
  const tip: number[] = []
  const least = Math.max(0, feed.length - NEWEST)
  for (let at = feed.length - 1; at >= least && tip.length < OF_TIP; at -= 1) {
    const isKnown = proven.includes(at) || (claim.isSigned && isClaimed(claim, at))
    if (feed.has(at) && !isKnown) tip.push(at)
  }
  return tip
}
