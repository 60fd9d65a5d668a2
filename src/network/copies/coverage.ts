/* How many have each block of a feed: arithmetic on ranges. */
import type { BlockRange } from '../../feeds/format/feed.ts'

/** Who has what of a feed. */
export interface Copy {
  /** All of one group are one copy. */
  readonly group: string
  /** What it says that it has: all below, but what it lacks; ascending and not touching. */
  readonly length: number
  readonly lacking: readonly BlockRange[]
  /** Blocks that were read back from it, of which those count of which it says nothing. */
  readonly proven: readonly number[]
}

/** Blocks that follow one another, of which equally many have a copy. */
export interface Covered extends BlockRange {
  readonly copies: number
}

/** @param gaps of so many blocks, ascending and not touching */
export function complement(length: number, gaps: readonly BlockRange[]): readonly BlockRange[] {
  const ranges: BlockRange[] = []
  let first = 0
  for (const gap of gaps) {
    if (gap.first >= length) break
    if (gap.first > first) ranges.push({ first, count: gap.first - first })
    first = gap.first + gap.count
  }
  if (first < length) ranges.push({ first, count: length - first })
  return ranges
}

export const hasBlock = ({ length, lacking, proven }: Copy, sequence: number): boolean =>
  sequence < length ? !lacking.some((gap) => isIn(gap, sequence)) : proven.includes(sequence)

const isIn = ({ first, count }: BlockRange, sequence: number): boolean =>
  sequence >= first && sequence < first + count

/** A change in what is had, from some block on. */
interface Edge {
  readonly at: number
  /** `undefined`: of this node itself. */
  readonly group: string | undefined
  readonly change: 1 | -1
}

/**
 * Work of n log n of all ranges together.
 * @param here ranges of blocks that this node has
 * @returns the same blocks, in order
 */
export function coverage(here: readonly BlockRange[], copies: readonly Copy[]): readonly Covered[] {
  const edges = [
    ...here.flatMap((range) => edgesOf(range, undefined)),
    ...copies.flatMap((copy) => rangesOf(copy).flatMap((range) => edgesOf(range, copy.group))),
  ].toSorted((one, other) => one.at - other.at)
  const groups = new Map<string, number>()
  const covered: Covered[] = []
  let depth = 0
  let from = 0
  for (const { at, group, change } of edges) {
    if (at > from && depth > 0) covered.push({ first: from, count: at - from, copies: groups.size })
    from = at
    if (group === undefined) depth += change
    else {
      const now = (groups.get(group) ?? 0) + change
      if (now > 0) groups.set(group, now)
      else groups.delete(group)
    }
  }
  return covered
}

const edgesOf = ({ first, count }: BlockRange, group: string | undefined): readonly Edge[] => [
  { at: first, group, change: 1 },
  { at: first + count, group, change: -1 },
]

const rangesOf = ({ length, lacking, proven }: Copy): readonly BlockRange[] => [
  ...complement(length, lacking),
  ...proven.filter((first) => first >= length).map((first) => ({ first, count: 1 })),
]

/** Of those below some length: how many copies the block has of which there are fewest; `undefined` if there is none. */
export function fewest(covered: readonly Covered[], below: number): number | undefined {
  const counts = covered.filter(({ first }) => first < below).map(({ copies }) => copies)
  return counts.length === 0 ? undefined : Math.min(...counts)
}

/** How many blocks have fewer copies. */
export const blocksWithFewer = (covered: readonly Covered[], than: number): number =>
  covered.reduce((sum, { count, copies }) => sum + (copies < than ? count : 0), 0)
