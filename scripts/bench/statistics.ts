/** The value below which a part of them lies, by the nearest rank. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

/** `smallest … largest`, as `show` writes them. */
export const spread = (values: readonly number[], show: (value: number) => string): string =>
  `${show(Math.min(...values))} … ${show(Math.max(...values))}`

/** Three digits that count, no exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '-'
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return value.toFixed(Math.min(places, 3))
}
