import { Piscina } from 'piscina'
import type { Examination } from '../../certification/certification.ts'
import type { Buildinfo } from '../../certification/dialects/dialect.ts'
import type { Upload } from '../../certification/signatures/public-key.ts'
import { fromPlainError, type PlainError } from '../../base/errors.ts'
import { THREAD_YOUNG_GENERATION_MIB } from '../../base/heap.ts'
import { makeFairQueue } from './fair-queue.ts'
import type { ExamineTask, KeysTask, Task, UnsignedTask } from './verification-worker.ts'

type Answered =
  | { readonly examinations: readonly Examination[] }
  | { readonly upload: Upload }
  | { readonly buildinfo: Buildinfo }
export type ThreadAnswer = (
  Answered | { readonly error: PlainError } | { readonly fault: unknown }
) & {
  /** Milliseconds of the thread. */
  readonly took: number
}

export interface Threads {
  /** @throws what the task throws */
  examine(task: ExamineTask, owner: string): Promise<readonly Examination[]>
  /** @throws what the task throws */
  readUnsigned(task: UnsignedTask, owner: string): Promise<Buildinfo>
  /** So that a thread is left for certifications where there are two. @throws what the task throws */
  readKeys(task: KeysTask, owner: string): Promise<Upload>
  close(): Promise<void>
}

const TASKS_PER_BATCH = 16
/** One to work on, one at hand: a thread does not wait for a busy main thread. */
const BATCHES_PER_THREAD = 2
/** What may take long goes alone, so that nothing else waits for its answer: many keys, or many octets. */
const KEYS_OF_A_BATCH = 4
const BYTES_OF_A_BATCH = 131_072

type Batches = Piscina<readonly Task[], readonly ThreadAnswer[]>

interface Waiting {
  readonly task: Task
  readonly owner: string
  readonly resolve: (answer: ThreadAnswer) => void
  readonly reject: (error: unknown) => void
}

const isKeys = ({ task }: Waiting): boolean => 'uploaded' in task
const isLong = ({ task }: Waiting): boolean => {
  if ('uploaded' in task) return true
  if ('unsigned' in task) return task.unsigned.length > BYTES_OF_A_BATCH
  return task.keys.length > KEYS_OF_A_BATCH || task.submitted.bytes.length > BYTES_OF_A_BATCH
}

/**
 * What has come while every thread was busy goes to the next free one together: a message costs as much as a signature. Whose
 * turn it is says {@link makeFairQueue}. The {@link openVerificationPool} that opens them closes them.
 */
export function openThreads(threads: number): Threads {
  const workers: Batches = new Piscina({
    filename: new URL('./verification-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    concurrentTasksPerWorker: BATCHES_PER_THREAD,
    idleTimeout: 60_000,
    resourceLimits: { maxYoungGenerationSizeMb: THREAD_YOUNG_GENERATION_MIB },
  })
  const queue = makeFairQueue<Waiting>()
  let running = 0
  let reading = 0

  function start(): void {
    while (queue.size() > 0 && running < threads * BATCHES_PER_THREAD) {
      const batch = nextBatch()
      if (batch.length === 0) return
      void run(batch)
    }
  }

  function nextBatch(): readonly Waiting[] {
    const first = queue.next((one) => !isKeys(one) || reading < Math.max(1, threads - 1))
    if (first === undefined) return []
    const batch = [first]
    const share = Math.min(TASKS_PER_BATCH, Math.ceil((queue.size() + 1) / threads))
    while (!isLong(first) && batch.length < share) {
      const another = queue.next((one) => !isLong(one))
      if (another === undefined) break
      batch.push(another)
    }
    return batch
  }

  async function run(batch: readonly Waiting[]): Promise<void> {
    const readings = batch.filter(isKeys).length
    running += 1
    reading += readings
    try {
      const answers = await workers.run(batch.map(({ task }) => task))
      for (const [at, waiting] of batch.entries()) {
        const answer = answers[at] ?? { fault: new Error('a thread has left a task out'), took: 0 }
        queue.charge(waiting.owner, answer.took)
        waiting.resolve(answer)
      }
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    } finally {
      running -= 1
      reading -= readings
      start()
    }
  }

  async function answerTo(task: Task, owner: string): Promise<Answered> {
    const answer = await new Promise<ThreadAnswer>((resolve, reject) => {
      queue.add(owner, { task, owner, resolve, reject })
      start()
    })
    if ('error' in answer) throw fromPlainError(answer.error)
    if ('fault' in answer) throw answer.fault
    return answer
  }

  return {
    examine: async (task, owner) => {
      const answer = await answerTo(task, owner)
      return 'examinations' in answer ? answer.examinations : []
    },
    readUnsigned: async (task, owner) => {
      const answer = await answerTo(task, owner)
      if (!('buildinfo' in answer)) throw new Error('a thread has answered another question')
      return answer.buildinfo
    },
    readKeys: async (task, owner) => {
      const answer = await answerTo(task, owner)
      return 'upload' in answer ? answer.upload : { keys: [], bare: [], unusable: [] }
    },
    close: () => workers.destroy(),
  }
}
