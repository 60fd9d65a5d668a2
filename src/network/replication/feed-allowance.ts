/* Seats for feeds and room for their blocks: who gets a seat, who gives one up for it, and how much may come. */
import type { Disk } from '../../base/disk.ts'
import type { Quotas } from '../../contract/networking.ts'
import { heldOf, type MutableFollowed, type Offering, set } from './followed-replica.ts'
import { makeQuotaUsage, type QuotaUsage } from './quota-usage.ts'
import {
  emptySeat,
  type Newcomer,
  overCount,
  overQuota,
  understates,
  weakestSeat,
} from './quotas.ts'
import type { Replicas } from './replicas.ts'

const RETIRED = 'all seats of strangers are taken, and another took the place of this one'

export interface FeedAllowance {
  readonly usage: QuotaUsage
  /** Why a feed cannot be taken, in a sentence; where a seat can be had, there is one now. */
  readonly whyNoSeat: (newcomer: Newcomer) => string | undefined
  /** Why a feed that gave up its seat has none yet; it sits down again as soon as one is free, or it needs none any more. */
  readonly whyRetired: (one: MutableFollowed) => string | undefined
  /** Why nothing more of it may come now. */
  readonly whyFull: (one: MutableFollowed) => string | undefined
  /** Why so much more of it than its head says may not come now. */
  readonly whyNoRoom: (
    one: MutableFollowed,
    more: { readonly bytes: number; readonly blocks: number },
  ) => string | undefined
  /** May more of it come if that peer pays for it? */
  readonly hasRoomBy: (one: MutableFollowed, by: Pick<Offering, 'via' | 'share'>) => boolean
  /** Are so many strangers' feeds half of all that there may be? */
  readonly isHalfTaken: (strangers: number) => boolean
}

/** @param disk no feed is taken or grows while it takes nothing; it always does if absent */
export function makeFeedAllowance(
  replicas: Replicas,
  quotas: Quotas,
  disk: Pick<Disk, 'fault'> | undefined,
): FeedAllowance {
  const usage = makeQuotaUsage(replicas)

  function retire(one: MutableFollowed, retired: boolean): void {
    replicas.amend(one, { retired })
    usage.forget()
  }

  function removeEmpty(newcomer: Newcomer): boolean {
    const key = emptySeat(newcomer, usage.all(), { quotas, now: Date.now() })
    const empty = key === undefined ? undefined : replicas.byKey.get(key)
    if (empty === undefined) return false
    replicas.remove(empty)
    usage.forget()
    return true
  }

  /** What is here of the one that gives way stays here: no other node may have it. */
  function takeSeat(newcomer: Newcomer): boolean {
    const key = weakestSeat(newcomer, usage.all(), quotas)
    const weakest = key === undefined ? undefined : replicas.byKey.get(key)
    if (weakest === undefined) return false
    retire(weakest, true)
    weakest.replica.pause()
    set(weakest, 'paused', RETIRED)
    weakest.changed()
    return true
  }

  return {
    usage,
    whyNoSeat(newcomer) {
      const fault = disk?.fault()
      if (fault !== undefined) return fault.reason
      const reason = overCount(newcomer, usage.all(), quotas)
      if (reason === undefined || removeEmpty(newcomer) || takeSeat(newcomer)) return undefined
      return reason
    },
    whyRetired(one) {
      if (!one.row.retired) return undefined
      const others = usage.all().filter(({ key }) => key !== one.row.key)
      if (one.why === 'stranger' && overCount(heldOf(one), others, quotas) !== undefined)
        return RETIRED
      retire(one, false)
      return undefined
    },
    whyFull(one) {
      const reason = disk?.fault()?.reason ?? overQuota(heldOf(one), usage.all(), quotas)
      if (understates(heldOf(one)) && !one.row.understated) {
        // for good: what came of it is counted since the start only
        replicas.amend(one, { understated: true })
        replicas.misrepresented.emit(one, 'writes blocks of more bytes than its head says')
      }
      return reason
    },
    whyNoRoom(one, more) {
      const held = heldOf(one)
      const then = {
        ...held,
        bytes: held.bytes + more.bytes,
        length: held.length + more.blocks,
        isWhole: false,
      }
      return disk?.fault()?.reason ?? overQuota(then, usage.all(), quotas)
    },
    hasRoomBy: (one, { via, share }) =>
      overQuota({ ...heldOf(one), via, share }, usage.all(), quotas) === undefined,
    isHalfTaken: (strangers) => strangers * 2 >= quotas.strangerFeeds,
  }
}
