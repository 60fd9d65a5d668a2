import { setTimeout as sleep } from 'node:timers/promises'

/** What an attacker may use of one processor. */
const PART = 0.5

/** Waits until this process has used no more than half of one processor since it began. */
export function halfACore(): () => Promise<void> {
  const from = performance.now()
  const before = process.cpuUsage()
  return async () => {
    const { user, system } = process.cpuUsage(before)
    const ahead = (user + system) / 1000 / PART - (performance.now() - from)
    await sleep(Math.max(1, ahead))
  }
}
