import { Piscina } from 'piscina'
import type { Examination } from '../certification/certification.ts'
import type { Buildinfo } from '../certification/dialects/dialect.ts'
import type { PublicKey } from '../certification/signatures/public-key.ts'
import { fromPlainError } from '../errors.ts'
import type { PlainError } from '../errors.ts'
import { YOUNG_OF_THREAD } from '../heap.ts'
import type { ExamineTask, KeysTask, UnsignedTask } from './verification-worker.ts'

type Answered =
  | { readonly examinations: readonly Examination[] }
  | { readonly keys: readonly PublicKey[] }
  | { readonly buildinfo: Buildinfo }
export type ThreadAnswer = Answered | { readonly error: PlainError } | { readonly fault: unknown }

export interface Threads {
  /** @throws what the task throws */
  examine(task: ExamineTask): Promise<readonly Examination[]>
  /** @throws what the task throws */
  readUnsigned(task: UnsignedTask): Promise<Buildinfo>
  /** One after the other, so that a thread is left for certifications where there are two. */
  readKeys(task: KeysTask): Promise<readonly PublicKey[]>
  close(): Promise<void>
}

const TASKS_PER_BATCH = 16
/** One to work on, one at hand: a thread does not wait for a busy main thread. */
const BATCHES_PER_THREAD = 2

export type Task = ExamineTask | KeysTask | UnsignedTask
type Batches = Piscina<readonly Task[], readonly ThreadAnswer[]>

interface Waiting {
  readonly task: Task
  readonly resolve: (answer: ThreadAnswer) => void
  readonly reject: (error: unknown) => void
}

/** What has come while every thread was busy goes to the next free one together: a message costs as much as a signature. */
export function openThreads(threads: number): Threads {
  const workers: Batches = new Piscina({
    filename: new URL('./verification-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    concurrentTasksPerWorker: BATCHES_PER_THREAD,
    idleTimeout: 60_000,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_OF_THREAD },
  })
  const queue: Waiting[] = []
  let running = 0
  let reading: Promise<unknown> = Promise.resolve()

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

  async function answerTo(task: Task): Promise<Answered> {
    const answer = await new Promise<ThreadAnswer>((resolve, reject) => {
      queue.push({ task, resolve, reject })
      start()
    })
    if ('error' in answer) throw fromPlainError(answer.error)
    if ('fault' in answer) throw answer.fault
    return answer
  }

  return {
    examine: async (task) => {
      const answer = await answerTo(task)
      return 'examinations' in answer ? answer.examinations : []
    },
    readUnsigned: async (task) => {
      const answer = await answerTo(task)
      if (!('buildinfo' in answer)) throw new Error('a thread has answered another question')
      return answer.buildinfo
    },
    readKeys: (task) => {
      const turn = reading.then(async () => {
        const answer = await answerTo(task)
        return 'keys' in answer ? answer.keys : []
      })
      reading = turn.catch(() => undefined)
      return turn
    },
    close: () => workers.destroy(),
  }
}
