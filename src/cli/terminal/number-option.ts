import { ConfigError } from '../../base/errors.ts'
import { type Arguments, text } from './command.ts'

/**
 * The whole number of an option that can be given once.
 * @param most that it can be
 * @throws ConfigError USAGE for what is none, or is larger
 */
export function numberOf(args: Arguments, option: string, most: number): number | undefined {
  const given = text(args, option)
  if (given === undefined) return undefined
  const number = /^\d{1,9}$/.test(given) ? Number(given) : NaN
  if (number <= most) return number
  throw new ConfigError(
    'USAGE',
    `--${option} must be a whole number from 0 to ${most}, not "${given}"`,
  )
}
