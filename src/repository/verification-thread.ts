import { CountersignError, toPlainError } from '../errors.ts'
import type { ThreadAnswer } from './verification-pool.ts'
import { examineTask } from './verification-worker.ts'
import type { ExamineTask } from './verification-worker.ts'

/** A class does not survive the way between threads: its family and code go as plain data. */
// oxlint-disable-next-line import/no-default-export -- a worker's task is its module's default export
export default async function run(task: ExamineTask): Promise<ThreadAnswer> {
  try {
    return { examinations: await examineTask(task) }
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    return { error: toPlainError(error) }
  }
}
