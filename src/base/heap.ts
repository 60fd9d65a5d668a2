/* What JavaScript's heap holds beside what is in use, where a process lives for years and not for a moment. */
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * How far the heap may grow beyond what was alive after one collection before the next begins, in percent. V8 takes up to 300
 * where a machine has room. Nothing is refused: a heap that needs more gets it.
 */
const GROWING = 50
/** Bytes of both halves of the young generation. V8 takes 32 MiB, and gives nothing back while there is work. */
const YOUNG = 16 * 1024 * 1024
/** Of a thread, in MiB: three times one half. A bound for old objects would end the thread that needs more. */
export const THREAD_YOUNG_GENERATION_MIB = 12

/**
 * Lets this process, with all its threads, hold little from now on. V8 reads these flags at each collection, so they need not stand
 * on a command line, and whoever starts the program gets them.
 * @param load loads the program: what is loaded stays, and is no reason for a large young generation
 */
export async function withSmallHeap<T>(load: () => Promise<T>): Promise<T> {
  setFlagsFromString(`--heap-growing-percent=${GROWING}`)
  growYoung(false)
  const loaded = await load()
  growYoung(true)
  const observer = new PerformanceObserver(() => {
    if (youngSize() < YOUNG) return
    growYoung(false)
    observer.disconnect()
  })
  observer.observe({ entryTypes: ['gc'] })
  return loaded
}

/** Twice as large, when much of it survives, or never. (V8 reads the flag for its largest size only when it starts.) */
const growYoung = (isGrowing: boolean): void =>
  setFlagsFromString(`--semi-space-growth-factor=${isGrowing ? 2 : 1}`)

const youngSize = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0
