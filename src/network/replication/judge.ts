/* Whether more of a replica is copied: by evidence, by what it has brought, by policy, seats, quotas and the disk. */
import type { Disk } from '../../base/disk.ts'
import type { Quotas } from '../../contract/networking.ts'
import type { PeerFaults } from '../hosting/peer-faults.ts'
import type { JudgedOffers } from './follow-policy.ts'
import { heldOf, type Judged, set } from './followed.ts'
import type { Holdings } from './holdings.ts'
import { overQuota, understates } from './quotas.ts'
import type { Replicas } from './replicas.ts'
import type { FeedAllowance } from './feed-allowance.ts'

/** So many entries that are not what they claim to be, and nothing more is taken of a feed. */
export const MOST_RUBBISH = 100
const RUBBISH = `${MOST_RUBBISH} of its entries are not what they claim to be`
const UNDERSTATED = 'its blocks have more bytes than its head says'

export interface JudgeParts {
  readonly replicas: Replicas
  readonly policy: JudgedOffers
  readonly quotas: Quotas
  readonly holdings: Holdings
  readonly room: FeedAllowance
  /** Against writers of feeds. */
  readonly evidence: { readonly has: (feed: string) => boolean }
  readonly disk: Pick<Disk, 'fault'> | undefined
  readonly blame: PeerFaults
}

/** @returns what judges one replica anew */
export function makeJudge(parts: JudgeParts): (one: Judged) => void {
  const { replicas, policy, quotas, holdings, room, evidence, disk, blame } = parts

  function mayGrow(one: Judged): boolean {
    const reason = disk?.fault()?.reason ?? overQuota(heldOf(one), holdings.all(), quotas)
    if (understates(heldOf(one)) && !one.row.understated) {
      // for good: what came of it is counted since the start only
      replicas.amend(one, { understated: true })
      blame.offered(one.origin.peerId, 'writes blocks of more bytes than its head says')
    }
    set(one, reason === undefined ? 'following' : 'paused', reason)
    return reason === undefined
  }

  const whyPaused = (one: Judged): string | undefined =>
    (one.isRubbish ? RUBBISH : undefined) ??
    (one.row.understated ? UNDERSTATED : undefined) ??
    room.whyRetired(one) ??
    policy.refusal(one.origin, one.why)

  function settle(one: Judged): void {
    const isRefuted = evidence.has(one.row.key)
    if (one.replica.frozen || isRefuted) {
      one.replica.freeze()
      if (one.state !== 'frozen' || isRefuted)
        set(one, 'frozen', 'there is evidence that its writer has told two stories')
      return
    }
    const reason = whyPaused(one)
    if (reason === undefined) {
      one.replica.follow(() => mayGrow(one))
      return
    }
    one.replica.pause()
    set(one, 'paused', reason)
  }

  return (one) => {
    const before = `${one.state} ${one.reason} ${one.why}`
    one.why = policy.whyOf(one.row.key, one.origin.peerId, one.row)
    settle(one)
    if (before === `${one.state} ${one.reason} ${one.why}`) return
    holdings.forget()
    replicas.changed.tell(one)
  }
}
