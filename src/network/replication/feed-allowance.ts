/* Seats for feeds: who gets one, and who gives one up for it. */
import type { Quotas } from '../../contract/networking.ts'
import { heldOf, type Judged, set } from './followed.ts'
import type { Holdings } from './holdings.ts'
import { emptySeat, type Newcomer, overCount, weakestSeat } from './quotas.ts'
import type { Replicas } from './replicas.ts'

const RETIRED = 'all seats of strangers are taken, and another took the place of this one'

export interface FeedAllowanceParts {
  readonly replicas: Replicas
  readonly holdings: Holdings
  readonly quotas: Quotas
  readonly now: () => number
}

export interface FeedAllowance {
  /** Why there is no seat for a feed, in a sentence; where one can be had, there is one now. */
  readonly lacking: (newcomer: Newcomer) => string | undefined
  /** Why a feed that gave up its seat has none yet; it sits down again as soon as one is free, or it needs none any more. */
  readonly whyRetired: (one: Judged) => string | undefined
}

export function makeFeedAllowance({
  replicas,
  holdings,
  quotas,
  now,
}: FeedAllowanceParts): FeedAllowance {
  function retire(one: Judged, retired: boolean): void {
    replicas.amend(one, { retired })
    holdings.forget()
  }

  function removeEmpty(newcomer: Newcomer): boolean {
    const key = emptySeat(newcomer, holdings.all(), { quotas, now: now() })
    const empty = key === undefined ? undefined : replicas.byKey.get(key)
    if (empty === undefined) return false
    replicas.remove(empty)
    holdings.forget()
    return true
  }

  /** What is here of the one that gives way stays here: no other node may have it. */
  function takeSeat(newcomer: Newcomer): boolean {
    const key = weakestSeat(newcomer, holdings.all(), quotas)
    const weakest = key === undefined ? undefined : replicas.byKey.get(key)
    if (weakest === undefined) return false
    retire(weakest, true)
    weakest.replica.pause()
    set(weakest, 'paused', RETIRED)
    replicas.changed.tell(weakest)
    return true
  }

  return {
    lacking(newcomer) {
      const reason = overCount(newcomer, holdings.all(), quotas)
      if (reason === undefined || removeEmpty(newcomer) || takeSeat(newcomer)) return undefined
      return reason
    },
    whyRetired(one) {
      if (!one.row.retired) return undefined
      const others = holdings.all().filter(({ key }) => key !== one.row.key)
      if (one.why === 'stranger' && overCount(heldOf(one), others, quotas) !== undefined)
        return RETIRED
      retire(one, false)
      return undefined
    },
  }
}
