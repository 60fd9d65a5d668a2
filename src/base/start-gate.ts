import { setTimeout } from 'node:timers/promises'
import { AdmissionError } from './errors.ts'

/** Whoever takes something waits here until the start is done: before that nobody can tell what is in the feeds already. */
export interface StartGate {
  /** Resolves when it is done. @throws AdmissionError BEHIND if that takes long, or why it failed */
  readonly waitUntilDone: () => Promise<void>
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** How long a submission waits for a node that has just started, in milliseconds. */
const PATIENCE = 10_000

/** A gate that is shut until `done` or `failed` is called. Whoever waits there is refused after {@link PATIENCE}. */
export function makeStartGate(): StartGate {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  // told to whoever waits for it
  promise.catch(() => undefined)
  return {
    waitUntilDone: async () => {
      const late = Symbol('late')
      const timeout = new AbortController()
      const first = await Promise.race([
        promise,
        setTimeout(PATIENCE, late, { signal: timeout.signal, ref: false }).catch(() => late),
      ])
      timeout.abort()
      if (first === late)
        throw new AdmissionError(
          'BEHIND',
          'This node is still building its indexes; GET /ready tells when it is done. Try again then, or another node.',
        )
    },
    done: () => resolve(undefined),
    failed: reject,
  }
}
