/**
 * Closes everything once, in reverse order: what was opened last is closed first. If one fails to close, the others are
 * closed all the same.
 * @throws the first failure, after all were tried
 */
export async function closeAll(closing: (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of closing.splice(0).toReversed())
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0) throw failures[0]
}
