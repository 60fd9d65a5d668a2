/*
 * Which feeds this node has replicas of. What peers offer is judged here, and only here: policy, seats, quotas, and
 * whether the first block is the origin that was told. What is not taken stays in a bounded list, to be shown and judged
 * again.
 */
import type { Disk } from '../../base/disk.ts'
import type { Quotas } from '../../contract/networking.ts'
import { decodeOrigin, type Origin } from '../../feeds/format/origin.ts'
import type { State } from '../../state/database.ts'
import { type FollowedFeedRow, followedFeeds } from '../../state/followed-feeds.ts'
import type { Offer } from '../frames/offer.ts'
import type { PeerFaults } from '../hosting/peer-faults.ts'
import { makeCandidates } from './candidates.ts'
import type { FeedsHere } from './feeds-here.ts'
import { openFirstBlocks } from './first-blocks.ts'
import type { JudgedOffers } from './follow-policy.ts'
import { type Followed, heldOf, type Judged, type Offering, type Refused } from './followed.ts'
import { makeHoldings, type Opening } from './holdings.ts'
import { type JudgeParts, makeJudge } from './judge.ts'
import type { NodeFeeds } from './node-feeds.ts'
import { overQuota } from './quotas.ts'
import type { Replicas } from './replicas.ts'
import { makeFeedAllowance } from './feed-allowance.ts'
import { survey } from './survey.ts'

export interface FollowingParts {
  readonly state: State
  readonly replicas: Replicas
  readonly feeds: NodeFeeds
  readonly here: FeedsHere
  readonly policy: JudgedOffers
  readonly quotas: Quotas
  /** Against writers of feeds. */
  readonly evidence: JudgeParts['evidence']
  /** Whose share a peer takes, by its address. */
  readonly shareOf: (peerId: string) => string
  /** Nothing grows while it takes nothing; it always does if absent. */
  readonly disk: Pick<Disk, 'fault'> | undefined
  readonly blame: PeerFaults
  readonly onError: (error: unknown) => void
  readonly now: () => number
  /** How often hours and shares are looked at, in milliseconds; as usual if absent. */
  readonly reconsiderEvery?: number | undefined
}

export interface Following {
  /** Opens what was followed before. @throws StorageError DISK */
  readonly resume: () => Promise<void>
  readonly offer: (offer: Offer, by: Omit<Offering, 'share'>) => void
  readonly get: (key: string) => Followed | undefined
  /** It was taken a moment ago and is not opened yet. */
  readonly isOpening: (key: string) => boolean
  readonly all: () => readonly Followed[]
  readonly refused: () => readonly Refused[]
  /** Judges everything again: peers have changed, an hour is over, there is evidence. */
  readonly reconsider: () => void
  readonly close: () => Promise<void>
}

/** How often hours and shares are looked at, in milliseconds. */
const RECONSIDER_EVERY = 10_000

export function openFollowing(parts: FollowingParts): Following {
  const { replicas, feeds, here, policy, quotas, blame, now } = parts
  const opening = new Map<string, Opening>()
  const holdings = makeHoldings(replicas.byKey, opening)
  const room = makeFeedAllowance({ replicas, holdings, quotas, now })
  const judge = makeJudge({ ...parts, holdings, room })
  let closed = false
  /** What a closing store refuses is no news. */
  const onError = (error: unknown): void => {
    if (!closed) parts.onError(error)
  }
  const firstBlocks = openFirstBlocks({ feeds, replicas, blame, onError })
  replicas.grown.add((one) => {
    holdings.forget()
    firstBlocks.look(one)
  })

  async function start(row: FollowedFeedRow, origin: Origin): Promise<void> {
    if (closed) return
    const one = await replicas.open(row, origin, policy.whyOf(row.key, origin.peerId, row))
    holdings.forget()
    judge(one)
    firstBlocks.look(one)
    replicas.changed.tell(one)
  }
  const candidates = makeCandidates({ ...parts, room, holdings, opening, start, onError })

  /** Who offered a stranger's feed first may have no room for it, and another that offers it may. */
  function takePayer(one: Judged, { via, share }: Offering): void {
    if (one.why !== 'stranger' || one.state !== 'paused' || via === one.row.via) return
    if (one.row.retired) return
    if (overQuota({ ...heldOf(one), via, share }, holdings.all(), quotas) !== undefined) return
    replicas.amend(one, { via, share })
    holdings.forget()
    judge(one)
  }

  function reconsider(): void {
    if (closed) return
    for (const one of replicas.byKey.values()) judge(one)
    candidates.reconsider()
  }

  let looking: Promise<void> = Promise.resolve()
  const look = (): Promise<void> => survey({ replicas, feeds, quotas, holdings, judge, blame })
  const timer = setInterval(() => {
    reconsider()
    looking = looking.then(look).catch(onError)
  }, parts.reconsiderEvery ?? RECONSIDER_EVERY)
  timer.unref()

  return {
    async resume() {
      for (const row of await followedFeeds(parts.state))
        if (!here.has(row.key)) await start(row, await decodeOrigin(row.originBlock, row.key))
      // nobody is answered before what was here is readable
      await firstBlocks.settled()
    },
    offer(offer, teller) {
      const { key } = offer
      const by = { ...teller, share: parts.shareOf(teller.via) }
      if (closed || here.isOwn(key) || opening.has(key)) return
      const there = replicas.byKey.get(key)
      if (there === undefined) candidates.consider(offer, by)
      else if (!policy.vouches(by)) takePayer(there, by)
      else if (!policy.vouches(there.row)) {
        replicas.amend(there, { vouched: true, via: by.via, share: by.share })
        judge(there)
      }
    },
    get: (key) => replicas.byKey.get(key),
    isOpening: (key) => opening.has(key),
    all: () => [...replicas.byKey.values()],
    refused: candidates.refused,
    reconsider,
    async close() {
      closed = true
      clearInterval(timer)
      await looking
      await firstBlocks.close()
      replicas.close()
      await Promise.all([...opening.values()].map(({ turn }) => turn))
    },
  }
}
