/** Holds up whoever waits for it until somebody opens it. */
export interface Latch {
  readonly opened: Promise<void>
  readonly open: () => void
}

export function latch(): Latch {
  const events = new EventTarget()
  const opened = new Promise<void>((resolve) =>
    events.addEventListener('open', () => resolve(), { once: true }),
  )
  return { opened, open: () => void events.dispatchEvent(new Event('open')) }
}
