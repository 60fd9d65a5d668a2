import { setTimeout } from 'node:timers/promises'

const PATIENCE = 50_000

/** Waits for a condition. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not so within ${PATIENCE} ms: ${holds.toString()}`)
    await setTimeout(10)
  }
}
