/** How much processor time this process has taken, in milliseconds: unlike a clock, it does not run while others have the machine. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
