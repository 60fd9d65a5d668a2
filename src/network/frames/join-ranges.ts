import type { BlockRange } from '../../feeds/format/feed.ts'

/**
 * So few ranges that cover all of these: the nearest are joined, with the blocks between them. Work of n log n.
 * @param ranges ascending and not touching
 * @param most 1 at least
 */
export function joinRanges(ranges: readonly BlockRange[], most: number): readonly BlockRange[] {
  if (ranges.length <= most) return ranges
  const distances = ranges.slice(1).map(({ first }, at) => {
    const before = ranges[at]
    return { at: at + 1, distance: before === undefined ? 0 : first - endOf(before) }
  })
  const apart = distances
    .toSorted((one, other) => other.distance - one.distance || one.at - other.at)
    .slice(0, most - 1)
    .map(({ at }) => at)
  const starts = [0, ...apart.toSorted((one, other) => one - other), ranges.length]
  return starts.slice(1).flatMap((end, at) => {
    const first = ranges[starts[at] ?? 0]
    const last = ranges[end - 1]
    if (first === undefined || last === undefined) return []
    return [{ first: first.first, count: endOf(last) - first.first }]
  })
}

const endOf = ({ first, count }: BlockRange): number => first + count
