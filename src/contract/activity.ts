/** Certifications over time, as bars of equal length of time that follow each other without a gap. */
export interface Activity {
  readonly per: 'month' | 'year'
  /** Oldest first, the last is now; `period` is `2026-11` or `2026`. Empty if none was signed in the past. */
  readonly bars: readonly { readonly period: string; readonly certifications: number }[]
  /** Signed before the first bar: few, or long before the others. */
  readonly earlier: number
  /** Dated in the future. */
  readonly future: number
  /** How many were looked at: these and the newest. */
  readonly counted: number
}
