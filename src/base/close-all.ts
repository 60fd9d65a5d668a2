/**
 * Closes the last that was opened first, each once. What cannot be closed keeps nothing else open.
 * @throws the first failure, when all is closed
 */
export async function closeAll(closing: (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of closing.splice(0).toReversed()) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
