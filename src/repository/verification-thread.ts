import { CountersignError, toPlainError } from '../errors.ts'
import type { ThreadAnswer } from './verification-threads.ts'
import type { Task } from './verification-threads.ts'
import { examineTask, keysTask, unsignedTask } from './verification-worker.ts'

// oxlint-disable-next-line import/no-default-export -- a worker's task is its module's default export
export default function run(tasks: readonly Task[]): Promise<readonly ThreadAnswer[]> {
  return Promise.all(tasks.map(answer))
}

/** A class does not survive the way between threads: its family and code go as plain data. */
async function answer(task: Task): Promise<ThreadAnswer> {
  try {
    if ('unsigned' in task) return { buildinfo: unsignedTask(task) }
    return 'uploaded' in task
      ? { keys: await keysTask(task) }
      : { examinations: await examineTask(task) }
  } catch (error) {
    return error instanceof CountersignError ? { error: toPlainError(error) } : { fault: error }
  }
}
