import { AdmissionError } from '../errors.ts'

/** Lets only so many costly answers be made at the same time. */
export interface Gate {
  /** @throws AdmissionError RATE_EXCEEDED too many wait already */
  readonly pass: <T>(task: () => Promise<T>) => Promise<T>
}

export interface GateSize {
  readonly atOnce: number
  readonly waiting: number
}

export function makeGate({ atOnce, waiting }: GateSize): Gate {
  const queue: (() => void)[] = []
  let running = 0
  return {
    pass: async (task) => {
      if (running < atOnce) running += 1
      else {
        if (queue.length >= waiting)
          throw new AdmissionError(
            'RATE_EXCEEDED',
            'This node is asked for too many comparisons at once. Try again in a moment.',
          )
        // whoever goes hands its place on, so that nobody comes between
        await new Promise<void>((resolve) => {
          queue.push(resolve)
        })
      }
      try {
        return await task()
      } finally {
        const next = queue.shift()
        if (next === undefined) running -= 1
        else next()
      }
    },
  }
}

/** What a gate lets through, or `otherwise` where too many wait already: for what an answer is good without. */
export async function unlessBusy<T, O>(answer: Promise<T>, otherwise: O): Promise<T | O> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof AdmissionError && error.code === 'RATE_EXCEEDED') return otherwise
    throw error
  }
}
