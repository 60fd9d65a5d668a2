import { constants } from 'node:os'

/** npm passes on the Ctrl-C that the terminal has already sent: both are one. */
const SAME_WISH_MS = 500
/** What has not closed by then never will; nothing acknowledged is lost by going. */
const CLOSING_MS = 4500

/** Aborted by the first Ctrl-C or SIGTERM; the second one ends the process at once, and so does time. */
export function interrupted(): AbortSignal {
  const abort = new AbortController()
  let first: number | undefined
  const onSignal = (name: 'SIGINT' | 'SIGTERM'): void => {
    const now = performance.now()
    const leave = (): void => process.exit(128 + constants.signals[name])
    if (first === undefined) {
      first = now
      abort.abort()
      setTimeout(leave, CLOSING_MS).unref()
    } else if (now - first > SAME_WISH_MS) leave()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return abort.signal
}
