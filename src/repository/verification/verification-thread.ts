import { CountersignError, toPlainError } from '../../base/errors.ts'
import type { ThreadAnswer } from './verification-threads.ts'
import { examineTask, keysTask, type Task, unsignedTask } from './verification-worker.ts'
// oxlint-disable-next-line import/no-default-export -- a worker's task is its module's default export
export default async function run(tasks: readonly Task[]): Promise<readonly ThreadAnswer[]> {
  const answers: ThreadAnswer[] = []
  // one after the other, so that each is charged its own time
  for (const task of tasks) answers.push(await answer(task))
  return answers
}

/** A class does not survive the way between threads: its family and code go as plain data. */
async function answer(task: Task): Promise<ThreadAnswer> {
  const begun = performance.now()
  const took = (): number => performance.now() - begun
  try {
    if ('unsigned' in task) return { buildinfo: unsignedTask(task), took: took() }
    return 'uploaded' in task
      ? { upload: await keysTask(task), took: took() }
      : { examinations: await examineTask(task), took: took() }
  } catch (error) {
    return error instanceof CountersignError
      ? { error: toPlainError(error), took: took() }
      : { fault: error, took: took() }
  }
}
