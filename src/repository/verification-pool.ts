import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Piscina } from 'piscina'
import type { Examination } from '../certification/certification.ts'
import { fromPlainError } from '../errors.ts'
import type { PlainError } from '../errors.ts'
import { examineTask } from './verification-worker.ts'
import type { ExamineTask } from './verification-worker.ts'

export interface VerificationPool {
  /** @throws MalformedError, AdmissionError as `examine` does */
  readonly examine: (task: ExamineTask) => Promise<readonly Examination[]>
  readonly close: () => Promise<void>
}

/** Certifications that were examined a moment ago: a follower meets them again as soon as they are in the feed. */
const REMEMBERED = 512
/** Beyond this many waiting tasks submissions wait in their own promise, in order. */
const THREAD_QUEUE = 4096

/**
 * Examines in `threads` worker threads; 0 means here. Examining is a pure function of bytes and keys, so an answer
 * is remembered by the digest of both, and by that of its canonical form.
 */
export function openVerificationPool(threads: number): VerificationPool {
  const workers = threads === 0 ? undefined : openThreads(threads)
  const remembered = new LRUCache<string, readonly Examination[]>({ max: REMEMBERED })
  return {
    examine: async (task) => {
      const digest = digestOf(task)
      const known = remembered.get(digest)
      if (known !== undefined) return known
      const answer = await (workers === undefined ? examineTask(task) : inThread(workers, task))
      remembered.set(digest, answer)
      for (const examination of answer) {
        const { bytes, signature } = examination.certification
        remembered.set(digestOf({ ...task, submitted: { bytes, signature } }), [examination])
      }
      return answer
    },
    close: async () => {
      await workers?.destroy()
    },
  }
}

type Threads = Piscina<ExamineTask, ThreadAnswer>
export type ThreadAnswer =
  { readonly examinations: readonly Examination[] } | { readonly error: PlainError }

function openThreads(threads: number): Threads {
  return new Piscina<ExamineTask, ThreadAnswer>({
    filename: new URL('./verification-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    maxQueue: THREAD_QUEUE,
    idleTimeout: 60_000,
  })
}

async function inThread(workers: Threads, task: ExamineTask): Promise<readonly Examination[]> {
  const answer = await workers.run(task)
  if ('examinations' in answer) return answer.examinations
  throw fromPlainError(answer.error)
}

function digestOf({ submitted, dialect, keys }: ExamineTask): string {
  const digest = createHash('sha256').update(`${dialect} ${submitted.bytes.length}\0`)
  digest.update(submitted.bytes)
  if (submitted.signature !== undefined) digest.update('signature').update(submitted.signature)
  for (const key of keys) digest.update('key').update(key)
  return digest.digest('base64')
}
