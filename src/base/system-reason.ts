/** What the system says of a file, in its words: without its code and the path, which whoever tells it names once. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!('syscall' in error)) return error.message
  return error.message.replace(/^E[A-Z0-9]+: /, '').replace(/, [a-z]+(?: '.*')?$/s, '')
}
