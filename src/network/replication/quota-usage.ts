import { heldOf } from './followed-replica.ts'
import type { ReplicaUsage } from './quotas.ts'
import type { Replicas } from './replicas.ts'

export interface QuotaUsage {
  /** What counts of every feed that is here, or was just taken. */
  readonly all: () => readonly ReplicaUsage[]
  /** Those that were taken, by key, until they are open: whoever takes one notes it here. */
  readonly opening: Map<string, Opening>
  /** One of them has changed. */
  readonly forget: () => void
}

/** One that was just taken. */
export interface Opening {
  /** Resolves when it is open, or cannot be. */
  readonly turn: Promise<void>
  readonly held: ReplicaUsage
}

/** Made once for all that is judged in one turn of the event loop: each judgement looks at all of them. */
export function makeQuotaUsage({ byKey, changed, grown }: Replicas): QuotaUsage {
  const opening = new Map<string, Opening>()
  let made: readonly ReplicaUsage[] | undefined
  const forget = (): void => {
    made = undefined
  }
  changed.subscribe(forget)
  grown.subscribe(forget)
  return {
    forget,
    opening,
    all() {
      if (made !== undefined) return made
      const soon = [...opening.values()].map((one) => one.held)
      const here = [...byKey.values()].map(heldOf)
      made = [...here, ...soon.filter(({ key }) => !byKey.has(key))]
      setImmediate(forget)
      return made
    },
  }
}
