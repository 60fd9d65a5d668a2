import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Piscina } from 'piscina'
import type { Examination, Submitted } from '../certification/certification.ts'
import { claimedKeyIds } from '../certification/examine.ts'
import { fromPlainError } from '../errors.ts'
import type { PlainError } from '../errors.ts'
import { examineTask } from './verification-worker.ts'
import type { ExamineTask } from './verification-worker.ts'

export interface VerificationPool {
  /** {@link claimedKeyIds}, @throws what that throws */
  readonly claimed: (submitted: Submitted) => readonly string[]
  /** @throws MalformedError, AdmissionError as `examine` does */
  readonly examine: (task: ExamineTask) => Promise<readonly Examination[]>
  readonly close: () => Promise<void>
}

/** Certifications that were examined a moment ago: a follower meets them again as soon as they are in the feed. */
const REMEMBERED = 512
const TASKS_PER_BATCH = 16
/** One to work on, one at hand: a thread does not wait for a busy main thread. */
const BATCHES_PER_THREAD = 2

/**
 * Examines in `threads` worker threads; 0 means here. Examining is a pure function of bytes and keys, so an answer
 * is remembered by the digest of both, and by that of its canonical form.
 */
export function openVerificationPool(threads: number): VerificationPool {
  const workers = threads === 0 ? undefined : openThreads(threads)
  const remembered = new LRUCache<string, readonly Examination[]>({ max: REMEMBERED })
  const claims = new LRUCache<string, readonly string[]>({ max: REMEMBERED })
  return {
    claimed: (submitted) => claims.get(nameOf(submitted)) ?? claimedKeyIds(submitted),
    examine: async (task) => {
      const { dialect, submitted } = task
      const keys = task.keys.map(digestOf).join(' ')
      const name = `${nameOf(submitted)} ${dialect} ${keys}`
      const known = remembered.get(name)
      if (known !== undefined) return known
      const answer = await (workers === undefined ? examineTask(task) : inThread(workers, task))
      remembered.set(name, answer)
      for (const examination of answer) {
        const { certification } = examination
        const canonical = nameOf(certification)
        claims.set(canonical, [certification.claimedKeyId])
        remembered.set(`${canonical} ${dialect} ${keys}`, [examination])
      }
      return answer
    },
    close: async () => {
      await workers?.close()
    },
  }
}

type Batches = Piscina<readonly ExamineTask[], readonly ThreadAnswer[]>
export type ThreadAnswer =
  | { readonly examinations: readonly Examination[] }
  | { readonly error: PlainError }
  | { readonly fault: unknown }

interface Threads {
  run(task: ExamineTask): Promise<ThreadAnswer>
  close(): Promise<void>
}

interface Waiting {
  readonly task: ExamineTask
  readonly resolve: (answer: ThreadAnswer) => void
  readonly reject: (error: unknown) => void
}

/** What has come while every thread was busy goes to the next free one together: a message costs as much as a signature. */
function openThreads(threads: number): Threads {
  const workers: Batches = new Piscina({
    filename: new URL('./verification-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    concurrentTasksPerWorker: BATCHES_PER_THREAD,
    idleTimeout: 60_000,
  })
  const queue: Waiting[] = []
  let running = 0

  function start(): void {
    while (queue.length > 0 && running < threads * BATCHES_PER_THREAD) {
      const share = Math.ceil(queue.length / threads)
      void run(queue.splice(0, Math.min(TASKS_PER_BATCH, share)))
    }
  }

  async function run(batch: readonly Waiting[]): Promise<void> {
    running += 1
    try {
      const answers = await workers.run(batch.map(({ task }) => task))
      for (const [at, waiting] of batch.entries())
        waiting.resolve(answers[at] ?? { fault: new Error('a thread has left a task out') })
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    } finally {
      running -= 1
      start()
    }
  }

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        queue.push({ task, resolve, reject })
        start()
      }),
    close: () => workers.destroy(),
  }
}

async function inThread(threads: Threads, task: ExamineTask): Promise<readonly Examination[]> {
  const answer = await threads.run(task)
  if ('examinations' in answer) return answer.examinations
  throw 'error' in answer ? fromPlainError(answer.error) : answer.fault
}

const nameOf = ({ bytes, signature }: Submitted): string =>
  signature === undefined ? digestOf(bytes) : `${digestOf(bytes)} ${digestOf(signature)}`

const digests = new WeakMap<Uint8Array, string>()

/** Of bytes that nobody changes: keys come again and again, and a certification is looked up twice. */
function digestOf(bytes: Uint8Array): string {
  const known = digests.get(bytes)
  if (known !== undefined) return known
  const digest = createHash('sha256').update(bytes).digest('base64')
  digests.set(bytes, digest)
  return digest
}
