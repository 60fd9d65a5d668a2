/*
 * Which feeds this node has replicas of. What peers offer is judged here, and only here: policy, seats, quotas, and
 * whether the first block is the origin that was told. What is not taken stays in a bounded list, to be shown and judged
 * again.
 */
import { decodeOrigin, type Origin } from '../../feeds/format/origin.ts'
import type { CopiedFeedRow } from '../../state/copied-feeds.ts'
import type { Offer } from '../frames/offer.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { makeCandidates } from './candidates.ts'
import type { CopyRules } from './copy-rules.ts'
import { openOriginCheck } from './origin-check.ts'
import type { Followed, MutableFollowed, Offering, Refused } from './followed-replica.ts'
import { makeIndexPoll } from './index-poll.ts'
import type { LocalFeeds } from './local-feeds.ts'

export interface FeedSelection {
  /**
   * Opens what was followed before, and from then on looks at hours and shares again and again.
   * @param every in milliseconds; as usual if absent
   * @throws StorageError DISK
   */
  readonly start: (every?: number) => Promise<void>
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

const RECONSIDER_EVERY = 10_000

/** What was followed before is opened when it is started. The network closes it, which pauses the replicas and waits for those that are being opened. */
export function openFeedSelection(
  local: LocalFeeds,
  rules: CopyRules,
  peers: Pick<RemotePeers, 'shareOf' | 'offered'>,
): FeedSelection {
  const { replicas } = local
  const { policy, allowance } = rules
  const { list } = replicas
  const { usage } = allowance
  const firstBlocks = openOriginCheck(local)
  const poll = makeIndexPoll(local, rules)
  replicas.grown.subscribe(firstBlocks.look)
  replicas.misrepresented.subscribe(({ origin }, reason) => peers.offered(origin.peerId, reason))
  let closed = false

  async function open(row: CopiedFeedRow, origin: Origin): Promise<void> {
    if (closed) return
    const one = await replicas.open(row, origin, policy.whyOf(row.key, origin.peerId))
    usage.forget()
    rules.apply(one)
    firstBlocks.look(one)
    one.changed()
  }

  const candidates = makeCandidates(rules, list, open)

  /** Who offered a stranger's feed first may have no room for it, and another that offers it may. */
  function takePayer(one: MutableFollowed, { via, share }: Offering): void {
    if (one.why !== 'stranger' || one.state !== 'paused' || via === one.row.via) return
    if (one.row.retired || !allowance.hasRoomBy(one, { via, share })) return
    replicas.amend(one, { via, share })
    usage.forget()
    rules.apply(one)
  }

  function reconsider(): void {
    if (closed) return
    for (const one of replicas.byKey.values()) rules.apply(one)
    candidates.reconsider()
  }

  let timer: NodeJS.Timeout | undefined

  return {
    async start(every = RECONSIDER_EVERY) {
      for (const row of await list.all())
        if (!local.has(row.key)) await open(row, await decodeOrigin(row.originBlock, row.key))
      // nobody is answered before what was here is readable
      await firstBlocks.settled()
      timer = setInterval(() => {
        reconsider()
        poll.begin()
      }, every)
      timer.unref()
    },
    offer(offer, teller) {
      const { key } = offer
      const by = { ...teller, share: peers.shareOf(teller.via) }
      if (closed || local.isOwn(key) || usage.opening.has(key)) return
      const there = replicas.byKey.get(key)
      if (there === undefined) candidates.consider(offer, by)
      else if (!policy.vouches(by)) takePayer(there, by)
      else if (!policy.vouches(there.row)) {
        replicas.amend(there, { vouched: true, via: by.via, share: by.share })
        rules.apply(there)
      }
    },
    get: (key) => replicas.byKey.get(key),
    isOpening: (key) => usage.opening.has(key),
    all: () => [...replicas.byKey.values()],
    refused: candidates.refused,
    reconsider,
    async close() {
      closed = true
      list.closing()
      clearInterval(timer)
      await Promise.all([...usage.opening.values()].map(({ turn }) => turn))
      await poll.settled()
      await firstBlocks.close()
      replicas.close()
      await list.close()
    },
  }
}
