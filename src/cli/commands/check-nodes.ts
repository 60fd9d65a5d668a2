/* Which nodes `check` and `bundle` ask, and how long. */
import type { Policy } from '../../certification/policy.ts'
import { ConfigError } from '../../base/errors.ts'
import { addressTrouble } from '../../base/node-address.ts'
import { type Arguments, text, texts } from '../terminal/command.ts'
import { DEFAULT_NODE } from '../nodes/nodes.ts'

/** Seconds. */
export const DEFAULT_TIMEOUT = 30
const LONGEST_TIMEOUT = 3600

/** @throws ConfigError USAGE */
export function nodesOf(args: Arguments, policy: Policy): readonly string[] {
  const given = texts(args, 'node')
  const nodes = given.length > 0 ? given : policy.nodes
  for (const node of nodes) {
    const trouble = addressTrouble(node)
    if (trouble !== undefined) throw new ConfigError('USAGE', trouble)
  }
  return nodes.length > 0 ? nodes : [DEFAULT_NODE]
}

/**
 * For one answer of a node, in milliseconds.
 * @throws ConfigError USAGE
 */
export function timeoutOf(args: Arguments): number {
  const given = text(args, 'timeout') ?? String(DEFAULT_TIMEOUT)
  const seconds = /^\d{1,4}$/.test(given) ? Number(given) : 0
  if (seconds < 1 || seconds > LONGEST_TIMEOUT)
    throw new ConfigError(
      'USAGE',
      `--timeout must be a whole number of seconds, from 1 to ${LONGEST_TIMEOUT}`,
    )
  return seconds * 1000
}
