/* How much is under way to somebody who is asked for much: as much as he takes, and less once he has asked for patience. */

export interface PaceLimits {
  /** Requests. */
  readonly atOnce: number
  /** What they hold in memory, together; one alone may hold more. */
  readonly bytes: number
}

export interface Pace {
  /** Runs it when there is room, in the order of the calls. */
  readonly run: <T>(bytes: number, task: () => Promise<T>) => Promise<T>
  /** He has said that he takes nothing for so many milliseconds: until then nothing begins, and afterwards half as much is under way. */
  readonly slowDown: (milliseconds: number) => void
}

interface Waiting {
  readonly bytes: number
  readonly begin: () => void
}

/** Each time that as many have ended as may be under way, one more may be, up to the limit. */
export function makePace(limits: PaceLimits): Pace {
  const queue: Waiting[] = []
  let { atOnce } = limits
  let [running, held, ended] = [0, 0, 0]
  /** As long as nothing begins. */
  let pause: NodeJS.Timeout | undefined
  let until = 0

  function isRoom(bytes: number): boolean {
    if (running >= atOnce || pause !== undefined) return false
    return running === 0 || held + bytes <= limits.bytes
  }

  function next(): void {
    for (let [first] = queue; first !== undefined && isRoom(first.bytes); [first] = queue) {
      queue.shift()
      enter(first.bytes)
      first.begin()
    }
  }

  function enter(bytes: number): void {
    running += 1
    held += bytes
  }

  function leave(bytes: number): void {
    running -= 1
    held -= bytes
    ended += 1
    if (ended >= atOnce && atOnce < limits.atOnce) {
      atOnce += 1
      ended = 0
    }
    next()
  }

  return {
    async run(bytes, task) {
      if (queue.length === 0 && isRoom(bytes)) enter(bytes)
      else await new Promise<void>((begin) => queue.push({ bytes, begin }))
      try {
        return await task()
      } finally {
        leave(bytes)
      }
    },
    slowDown(milliseconds) {
      // all that are under way are told the same
      if (pause === undefined) {
        atOnce = Math.max(1, Math.floor(atOnce / 2))
        ended = 0
      }
      const end = performance.now() + milliseconds
      if (pause !== undefined && end <= until) return
      until = end
      clearTimeout(pause)
      pause = setTimeout(() => {
        pause = undefined
        next()
      }, milliseconds)
    },
  }
}
