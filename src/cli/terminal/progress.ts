import type { Output } from './command.ts'

export interface Progress {
  show(done: number, total: number): void
  /** Takes the bar away, so that what is printed next does not run into it; `show` brings it back. */
  clear(): void
  stop(): void
}

/** A bar on a terminal; nothing where there is none. Whoever opens it stops it. */
export async function openProgress(output: Output | undefined, what: string): Promise<Progress> {
  if (output?.terminal !== true)
    return { show: () => undefined, clear: () => undefined, stop: () => undefined }
  const { default: bars } = await import('cli-progress')
  const bar = new bars.SingleBar({
    format: `${what} [{bar}] {value}/{total} {percentage}%`,
    clearOnComplete: true,
    hideCursor: true,
  })
  let running = false
  const stop = (): void => {
    if (running) bar.stop()
    running = false
  }
  return {
    show(done, total) {
      if (!running) bar.start(total, done)
      running = true
      bar.setTotal(total)
      bar.update(done)
    },
    clear: stop,
    stop,
  }
}
