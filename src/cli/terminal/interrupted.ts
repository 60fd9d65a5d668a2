import { constants } from 'node:os'

/** npm passes on a Ctrl-C that the terminal has already sent, so two signals in this time count as one. */
const SAME_WISH_MS = 500
/** The process ends after this time even if something has not closed. Nothing that was acknowledged is lost then. */
const CLOSING_MS = 4500

/**
 * Returns a signal that the first Ctrl-C or SIGTERM aborts. The second one ends the process at once, and so does {@link
 * CLOSING_MS}.
 */
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
