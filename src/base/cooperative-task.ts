/* Long work on the main thread, cut where others may have it. */

/** It yields wherever it may be left alone for a while. */
export type CooperativeTask<T> = Generator<undefined, T, undefined>

/** Without a pause: for who has the thread for himself. */
export function runToEnd<T>(steps: CooperativeTask<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** @param rest is asked behind each step, and awaited where it says so */
export async function runWithPauses<T>(
  steps: CooperativeTask<T>,
  rest: () => Promise<void> | undefined,
): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    const pause = rest()
    if (pause !== undefined) await pause
  }
}
