import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { Statement } from '../certification/verdict.ts'
import { statementsIn, type ToVerify } from './statements.ts'

/** A thread costs 0.2 s before it does anything: below so many certifications none is worth it. */
const WORTH_THREADS = 128
/** So many go to a thread together. */
const SHARE = 32
const MOST_THREADS = 8

export interface Verifiers extends AsyncDisposable {
  readonly verify: (task: ToVerify) => Promise<readonly Statement[]>
}

/** Verifies here or, what is much, in threads. They are started by the first who needs them. */
export function openVerifiers(threads: number = fitting()): Verifiers {
  let pool: Piscina<ToVerify, readonly Statement[]> | undefined
  return {
    verify: async (task) => {
      if (threads === 0 || task.found.length < WORTH_THREADS) return statementsIn(task)
      const workers = (pool ??= new Piscina({
        filename: new URL('./verifier-thread.js', import.meta.url).href,
        maxThreads: threads,
      }))
      const shares = Array.from({ length: Math.ceil(task.found.length / SHARE) }, (_, at) =>
        task.found.slice(at * SHARE, (at + 1) * SHARE),
      )
      const verified = await Promise.all(shares.map((found) => workers.run({ ...task, found })))
      return verified.flat()
    },
    [Symbol.asyncDispose]: async () => {
      await pool?.destroy()
    },
  }
}

/** Node 20 can start no thread from TypeScript. */
function fitting(): number {
  if (fileURLToPath(import.meta.url).endsWith('.ts')) return 0
  return Math.min(availableParallelism(), MOST_THREADS)
}
