/*
 * Which feeds this node has replicas of. What peers offer is judged here, and only here: policy, quotas, and whether the
 * first block is the origin that was told. What is not taken stays in a bounded list, to be shown and judged again.
 */
import { LRUCache } from 'lru-cache'
import { decodeOrigin, type Origin } from '../../feeds/format/origin.ts'
import { type FollowedFeedRow, followedFeeds, putFollowedFeed } from '../../state/followed-feeds.ts'
import { held, type Judged, nothing, type Offering, payer, type Refused, set } from './followed.ts'
import { openFirstBlocks } from './first-blocks.ts'
import { followPolicy } from './follow-policy.ts'
import type { Following, FollowingParts } from './following-parts.ts'
import { makeHoldings } from './holdings.ts'
import { makeMeter } from './meter.ts'
import type { Offer } from '../frames/offer.ts'
import { type Held, overQuota, understates } from './quotas.ts'
import { openRoom } from './room.ts'

const REMEMBERED_REFUSALS = 1_000
/** So many entries that are not what they claim to be, and nothing more is taken of a feed. */
const MOST_RUBBISH = 100
const RUBBISH = `${MOST_RUBBISH} of its entries are not what they claim to be`
const UNDERSTATED = 'its blocks have more bytes than its head says'
/** How often hours and shares are looked at, in milliseconds. */
const RECONSIDER_EVERY = 10_000

export function openFollowing(parts: FollowingParts): Following {
  const followed = new Map<string, Judged>()
  const refused = new LRUCache<string, Refused>({ max: REMEMBERED_REFUSALS })
  const opening = new Map<string, { readonly turn: Promise<void>; readonly held: Held }>()
  let closed = false
  const { whyOf, vouches, refusal } = followPolicy(parts)
  const holdings = makeHoldings(followed, opening)
  const room = openRoom({ ...parts, followed, holdings, onError })
  const firstBlocks = openFirstBlocks({ ...parts, onError })
  let looking: Promise<void> = Promise.resolve()

  /** What a closing store refuses is no news. */
  function onError(error: unknown): void {
    if (!closed) parts.onError(error)
  }

  function judge(one: Judged): void {
    const before = `${one.state} ${one.reason} ${one.why}`
    one.why = whyOf(one.row.key, one.origin.peerId, one.row)
    if (one.replica.frozen || parts.isFrozen(one.row.key)) {
      one.replica.freeze()
      if (one.state !== 'frozen' || parts.isFrozen(one.row.key))
        set(one, 'frozen', 'there is evidence that its writer has told two stories')
    } else {
      const reason =
        (one.isRubbish ? RUBBISH : undefined) ??
        (one.row.understated ? UNDERSTATED : undefined) ??
        room.whyRetired(one) ??
        refusal(one.origin, one.why)
      if (reason === undefined) one.replica.follow(() => mayGrow(one))
      else {
        one.replica.pause()
        set(one, 'paused', reason)
      }
    }
    if (before === `${one.state} ${one.reason} ${one.why}`) return
    holdings.forget()
    parts.onChanged(one)
  }

  function mayGrow(one: Judged): boolean {
    const reason = parts.diskFault() ?? overQuota(held(one), holdings.all(), parts.quotas)
    if (understates(held(one)) && !one.row.understated) {
      // for good: what came of it is counted since the start only
      one.row = { ...one.row, understated: true }
      putFollowedFeed(parts.state, one.row).catch(onError)
      parts.onFault(one.origin.peerId, 'writes blocks of more bytes than its head says')
    }
    set(one, reason === undefined ? 'following' : 'paused', reason)
    return reason === undefined
  }

  function reconsider(): void {
    if (closed) return
    for (const one of followed.values()) judge(one)
    for (const one of Array.from(refused.values())) consider(one.offer, one)
  }

  async function findRubbish(): Promise<void> {
    for (const one of followed.values()) {
      if (one.isRubbish || !one.isIndexed) continue
      if ((await parts.rubbish(one.row.key)) < MOST_RUBBISH) continue
      one.isRubbish = true
      parts.onFault(one.origin.peerId, 'writes entries that are not what they claim to be')
      judge(one)
    }
  }

  /** Counted only while seats are dear. */
  async function countSeconded(): Promise<void> {
    const strangers = [...followed.values()].filter(
      ({ why, isIndexed }) => why === 'stranger' && isIndexed,
    )
    if (strangers.length * 2 < parts.quotas.strangerFeeds) return
    const trusted = [...followed.values()].filter(({ why }) => why !== 'stranger')
    const others = new Set([...parts.ownKeys(), ...trusted.map(({ row }) => row.key)])
    for (const one of strangers) one.seconded = await parts.seconded(one.row.key, others)
    holdings.forget()
  }

  function consider(offer: Offer, offering: Offering): void {
    const { key, origin } = offer
    const before = refused.get(key)
    const by = before !== undefined && vouches(before) ? before : offering
    const why = whyOf(key, origin.peerId, by)
    const newcomer = { why, via: payer(why, origin, by.via), share: by.share }
    const reason = refusal(origin, why) ?? parts.diskFault() ?? room.lacking(newcomer)
    if (reason !== undefined) {
      refused.set(key, { offer, via: by.via, share: by.share, vouched: by.vouched, why, reason })
      return
    }
    refused.delete(key)
    const row = {
      key,
      publicKey: offer.publicKey,
      originBlock: offer.originBlock,
      vouched: by.vouched,
      understated: false,
      retired: false,
      via: by.via,
      share: by.share,
      since: parts.now(),
    }
    const open = (async () => {
      await putFollowedFeed(parts.state, row)
      await start(row, origin)
    })()
    opening.set(key, {
      turn: open.catch(onError).finally(() => opening.delete(key)),
      held: nothing(key, newcomer),
    })
    holdings.forget()
  }

  /** Who offered a stranger's feed first may have no room for it, and another that offers it may. */
  function takePayer(one: Judged, { via, share }: Offering): void {
    if (one.why !== 'stranger' || one.state !== 'paused' || via === one.row.via) return
    if (
      one.row.retired ||
      overQuota({ ...held(one), via, share }, holdings.all(), parts.quotas) !== undefined
    )
      return
    one.row = { ...one.row, via, share }
    putFollowedFeed(parts.state, one.row).catch(onError)
    holdings.forget()
    judge(one)
  }

  async function start(row: FollowedFeedRow, origin: Origin): Promise<void> {
    if (closed) return
    const replica = await parts.store.get(row.key, origin.collection)
    replica.avoid(await parts.withheld(row.key))
    const one: Judged = {
      row,
      origin,
      replica,
      why: whyOf(row.key, origin.peerId, row),
      state: 'following',
      reason: undefined,
      meter: makeMeter(parts.now),
      isBegun: false,
      isRubbish: false,
      isIndexed: false,
      seconded: 0,
      stop: () => undefined,
    }
    followed.set(row.key, one)
    holdings.forget()
    one.stop = replica.onChanged(() => {
      holdings.forget()
      one.meter.count(replica.received)
      firstBlocks.look(one)
      parts.onGrown(one)
    })
    replica.onConflict((head) => parts.onConflict(one, head))
    judge(one)
    firstBlocks.look(one)
    parts.onChanged(one)
  }

  const timer = setInterval(() => {
    reconsider()
    looking = looking.then(findRubbish).then(countSeconded).catch(onError)
  }, parts.reconsiderEvery ?? RECONSIDER_EVERY)
  timer.unref()

  return {
    async resume() {
      for (const row of await followedFeeds(parts.state))
        if (!parts.isOwn(row.key) && !followed.has(row.key))
          await start(row, await decodeOrigin(row.originBlock, row.key))
      // nobody is answered before what was here is readable
      await firstBlocks.settled()
    },
    offer(offer, teller) {
      const { key } = offer
      const by = { ...teller, share: parts.shareOf(teller.via) }
      if (closed || parts.isOwn(key) || opening.has(key)) return
      const there = followed.get(key)
      if (there === undefined) {
        consider(offer, by)
        return
      }
      if (!vouches(by)) {
        takePayer(there, by)
        return
      }
      if (vouches(there.row)) return
      there.row = { ...there.row, vouched: true, via: by.via, share: by.share }
      putFollowedFeed(parts.state, there.row).catch(onError)
      judge(there)
    },
    get: (key) => followed.get(key),
    isOpening: (key) => opening.has(key),
    all: () => [...followed.values()],
    refused: () => [...refused.values()],
    reconsider,
    async close() {
      closed = true
      clearInterval(timer)
      await looking
      await firstBlocks.close()
      for (const one of followed.values()) {
        one.stop()
        one.replica.pause()
      }
      await Promise.all([...opening.values()].map(({ turn }) => turn))
    },
  }
}
