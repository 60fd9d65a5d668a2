import { setTimeout } from 'node:timers/promises'
import { AdmissionError } from './errors.ts'

/** How long a submission waits for a node that has just started, in milliseconds. */
const START_PATIENCE = 10_000

/** Before the own feeds are followed nobody can tell what is in them already. */
export async function inTime(starting: Promise<void>): Promise<void> {
  const late = Symbol('late')
  const timeout = new AbortController()
  const first = await Promise.race([
    starting,
    setTimeout(START_PATIENCE, late, { signal: timeout.signal, ref: false }).catch(() => late),
  ])
  timeout.abort()
  if (first === late)
    throw new AdmissionError(
      'BEHIND',
      'This node is still building its indexes; GET /ready tells when it is done. Try again then, or another node.',
    )
}
