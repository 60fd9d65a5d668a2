import { setTimeout } from 'node:timers/promises'
import { AdmissionError } from './errors.ts'

/** What a node does before it takes anything: until then nobody can tell what is in its feeds already. */
export interface Startup {
  /** Resolves when it is done. @throws AdmissionError BEHIND if that takes long, or why it failed */
  readonly waitUntilDone: () => Promise<void>
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** How long a submission waits for a node that has just started, in milliseconds. */
const PATIENCE = 10_000

export function makeStartup(): Startup {
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
