/** What one feed has brought within an hour. */
export interface Meter {
  /** @param total since the start */
  readonly count: (total: { readonly blocks: number; readonly bytes: number }) => void
  readonly lastHour: () => { readonly bytes: number; readonly entries: number }
}

const HOUR = 3_600_000

/** An hour begins when something comes and none is running. */
export function makeMeter(): Meter {
  let began = Date.now()
  let base = { blocks: 0, bytes: 0 }
  let last = base
  const renew = (): void => {
    if (Date.now() - began < HOUR) return
    began = Date.now()
    base = last
  }
  return {
    count: (total) => {
      renew()
      last = { ...total }
    },
    lastHour: () => {
      renew()
      return {
        bytes: last.bytes - base.bytes,
        // every second block is an index block
        entries: Math.ceil((last.blocks - base.blocks) / 2),
      }
    },
  }
}
