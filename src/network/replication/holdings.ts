import { heldOf, type Judged } from './followed.ts'
import type { Usage } from './quotas.ts'

export interface Holdings {
  /** What counts of every feed that is here, or was just taken. */
  readonly all: () => readonly Usage[]
  /** One of them has changed. */
  readonly forget: () => void
}

/** One that was just taken. */
export interface Opening {
  /** Resolves when it is open, or cannot be. */
  readonly turn: Promise<void>
  readonly held: Usage
}

/** Made once for all that is judged in one turn of the event loop: each judgement looks at all of them. */
export function makeHoldings(
  followed: ReadonlyMap<string, Judged>,
  opening: ReadonlyMap<string, Opening>,
): Holdings {
  let made: readonly Usage[] | undefined
  const forget = (): void => {
    made = undefined
  }
  return {
    forget,
    all() {
      if (made !== undefined) return made
      const soon = [...opening.values()].map((one) => one.held)
      const here = [...followed.values()].map(heldOf)
      made = [...here, ...soon.filter(({ key }) => !followed.has(key))]
      setImmediate(forget)
      return made
    },
  }
}
