import type { Activity } from '../../contract/activity.ts'

/** In one picture. Signatures have dates since 1970, so that years go as far back as there are any until 2029. */
const MOST = 60
const FEWEST = 12
/** Of all, how many can be left out so that the others can be told apart: one in so many, and one at least. */
const LEFT_OUT = 20
const MONTHS = 12

/**
 * Months where they fit, else years. Dates are claims: a few that are far from all others do not decide how long the
 * picture is.
 * @param times at most `now`, newest first, in milliseconds since 1970
 */
export function activityOf(times: readonly number[], now: number, future: number): Activity {
  const end = monthOf(now)
  const months = times.map(monthOf)
  const first = months.at(-1)
  const counted = times.length + future
  if (first === undefined) return { per: 'month', bars: [], earlier: 0, future, counted }
  const outliers = Math.max(1, Math.floor(months.length / LEFT_OUT))
  const most = months.at(-1 - outliers) ?? first
  const start = end - first >= MOST && (end - most + 1) * 2 <= end - first + 1 ? most : first
  const per = end - start < MOST ? 'month' : 'year'
  const size = per === 'month' ? 1 : MONTHS
  const last = Math.floor(end / size)
  const from = Math.min(Math.max(Math.floor(start / size), last - MOST + 1), last - FEWEST + 1)
  const counts = Array.from({ length: last - from + 1 }, () => 0)
  let earlier = 0
  for (const month of months) {
    const at = Math.floor(month / size) - from
    if (at < 0) earlier += 1
    else counts[at] = (counts[at] ?? 0) + 1
  }
  const bars = counts.map((certifications, at) => ({
    period: periodOf((from + at) * size, per),
    certifications,
  }))
  return { per, bars, earlier, future, counted }
}

/** Counted from the year 0, in UTC. */
function monthOf(time: number): number {
  const date = new Date(time)
  return date.getUTCFullYear() * MONTHS + date.getUTCMonth()
}

function periodOf(month: number, per: Activity['per']): string {
  const year = String(Math.floor(month / MONTHS))
  return per === 'year' ? year : `${year}-${String((month % MONTHS) + 1).padStart(2, '0')}`
}
