/* How old a policy lets be what a node has heard of the owners of feeds. Pure. */
import { PolicyError } from './policy-error.ts'

/** A bound on an age, as a policy states it. */
export interface MaxAge {
  readonly milliseconds: number
  /** As it stands in the policy. */
  readonly text: string
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/**
 * Reads `12h` or `7d`, up to 9999 of either.
 * @returns `undefined` if there is none
 * @throws PolicyError POLICY_INVALID for anything else
 */
export function readMaxAge(value: unknown): MaxAge | undefined {
  if (value === undefined) return undefined
  const text = typeof value === 'string' ? value : ''
  const [, count, unit] = /^([1-9]\d{0,3})([hd])$/.exec(text) ?? []
  const milliseconds = Number(count) * (UNITS.get(unit ?? '') ?? Number.NaN)
  if (!Number.isNaN(milliseconds)) return { milliseconds, text }
  throw new PolicyError(
    ['max-age'],
    'max-age must be hours or days in quotes: "12h" or "7d". Owners of feeds sign every hour that they have them.',
  )
}
