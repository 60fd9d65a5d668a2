/** Milliseconds of CPU that this process needs for it, the least of three times. */
export async function costOf(task: () => unknown): Promise<number> {
  const costs: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const before = process.cpuUsage()
    await task()
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / 1000)
  }
  return Math.min(...costs)
}
