/*
 * Which peers there is room for. A key and a well-signed record cost nothing, so every bound has ranks, and shares: by who told
 * it, and by where the peer says that it is. One network can fill neither, and nobody pushes out whom this node has reached.
 */
import { LRUCache } from 'lru-cache'
import { heavierThan, type Holding, prefixOf } from '../../base/address-share.ts'
import { isLocal } from '../hosting/remote-share.ts'
import { prefixPart } from '../hosting/seats.ts'
import { type KnownPeer, lastSeen, rankOf, subjectShare } from './known-peer.ts'
import { RENEWED } from './own-addresses.ts'

/** Peers that are remembered. */
const MOST_KNOWN = 1_000
/** At most so many are remembered because one peer told them that the operator named. */
const OF_NAMED = MOST_KNOWN / 4
/** Of one public address: many nodes can stand behind one, and many keys do. */
const OF_ADDRESS = 4
/** Who signs nothing new for so long, in milliseconds, has probably gone. */
const GONE = 3 * RENEWED

/** Begins the share of what a named peer told, which counts for no address. */
const NAMED_SHARE = 'named '
export const shareOfNamed = (peerId: string): string => `${NAMED_SHARE}${peerId}`

/** Where a peer takes a place, by who told it and by where it says that it is. */
interface Shares {
  readonly teller: string
  readonly tellerPrefix: string
  readonly subject: string
  readonly subjectPrefix: string
}

const BOUNDED = ['tellerPrefix', 'subject', 'subjectPrefix'] as const

/** A peer with its shares, which are read once: all are looked at for each newcomer. */
interface PlacedPeer {
  readonly peer: KnownPeer
  readonly shares: Shares
  readonly bounds: readonly Bound[]
}

/** Of so many pairs of who tells and who is told of it is remembered where they stand: the same come again and again. */
const REMEMBERED = 16_384
const remembered = new LRUCache<string, Omit<PlacedPeer, 'peer'>>({ max: REMEMBERED })

function placed(peer: KnownPeer): PlacedPeer {
  const subject = subjectShare(peer)
  const key = `${peer.share} ${subject}`
  const place = remembered.get(key) ?? placeOf(peer.share, subject)
  remembered.set(key, place)
  return { peer, ...place }
}

function placeOf(teller: string, subject: string): Omit<PlacedPeer, 'peer'> {
  const isNamed = teller.startsWith(NAMED_SHARE)
  const near = Math.floor(MOST_KNOWN * prefixPart(subject))
  const told = isNamed ? OF_NAMED : Math.floor(MOST_KNOWN * prefixPart(teller))
  return {
    shares: {
      teller,
      tellerPrefix: prefixOf(teller),
      subject,
      subjectPrefix: prefixOf(subject),
    },
    bounds: [
      { most: told, by: 'tellerPrefix' },
      { most: isLocal(subject) ? near : OF_ADDRESS, by: 'subject' },
      { most: near, by: 'subjectPrefix' },
      { most: MOST_KNOWN },
    ],
  }
}

/** Of how many peers at most one of their shares may be the same. */
interface Bound {
  readonly most: number
  /** Of all if absent. */
  readonly by?: (typeof BOUNDED)[number]
}

/** All that are remembered, each once. How many each share has is counted, so that nobody is looked at as long as there is room. */
export interface Places {
  readonly get: (peerId: string) => KnownPeer | undefined
  readonly all: () => readonly KnownPeer[]
  /** In place of what is there of the same peer. It does not look whether there is room. */
  readonly put: (peer: KnownPeer) => void
  /** @returns whether it was there */
  readonly remove: (peerId: string) => boolean
  /** @returns those that go so that it can come, in place of what is there of it; `undefined`: it cannot */
  readonly roomFor: (newcomer: KnownPeer, moment: Moment) => readonly KnownPeer[] | undefined
}

export interface Moment {
  readonly isNamed: (peerId: string) => boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Begins with those that are kept. It has nothing to close. */
export function makePlaces(kept: readonly KnownPeer[]): Places {
  const there = new Map<string, PlacedPeer>()
  const counts = new Map<string, number>()

  function count(one: PlacedPeer, by: number): void {
    for (const share of [...BOUNDED, undefined]) {
      const key = keyOf(one, share)
      const next = (counts.get(key) ?? 0) + by
      if (next === 0) counts.delete(key)
      else counts.set(key, next)
    }
  }

  function put(peer: KnownPeer): void {
    const [before, next] = [there.get(peer.peerId), placed(peer)]
    if (before !== undefined) count(before, -1)
    count(next, 1)
    there.set(peer.peerId, next)
  }

  /** Bounds at which somebody has to go. */
  function reached(newcomer: PlacedPeer, before: PlacedPeer | undefined): readonly Bound[] {
    return newcomer.bounds.filter(({ most, by }) => {
      const key = keyOf(newcomer, by)
      const isItself = before !== undefined && keyOf(before, by) === key
      return (counts.get(key) ?? 0) - Number(isItself) >= most
    })
  }

  kept.forEach(put)
  return {
    get: (peerId) => there.get(peerId)?.peer,
    all: () => Array.from(there.values(), ({ peer }) => peer),
    put,
    remove(peerId) {
      const one = there.get(peerId)
      if (one !== undefined) count(one, -1)
      return there.delete(peerId)
    },
    roomFor(peer, moment) {
      const [before, newcomer] = [there.get(peer.peerId), placed(peer)]
      const bounds = reached(newcomer, before)
      if (bounds.length === 0) return []
      const others = [...there.values()].filter((other) => other !== before)
      return victimsAt(bounds, newcomer, { others, ...moment })
    },
  }
}

const ALL = 'all'
const keyOf = ({ shares }: PlacedPeer, by: Bound['by']): string =>
  by === undefined ? ALL : `${by} ${shares[by]}`

function victimsAt(
  bounds: readonly Bound[],
  newcomer: PlacedPeer,
  { others, isNamed, now }: Moment & { readonly others: readonly PlacedPeer[] },
): readonly KnownPeer[] | undefined {
  const rank = ({ peer }: PlacedPeer): number => rankOf(peer, isNamed)
  const leaving = new Set<PlacedPeer>()
  for (const { most, by } of bounds) {
    const held = others.filter(
      (one) => !leaving.has(one) && (by === undefined || one.shares[by] === newcomer.shares[by]),
    )
    if (held.length < most) continue
    const victim = victimAmong(held, newcomer, { rank, now })
    if (victim === undefined) return undefined
    leaving.add(victim)
  }
  return [...leaving].map(({ peer }) => peer)
}

/**
 * Of what has least rank the one that was silent longest of the share that holds most. Among equals somebody gives way only to a
 * share that holds less, to his own, or because he has gone.
 */
function victimAmong(
  held: readonly PlacedPeer[],
  newcomer: PlacedPeer,
  { rank, now }: { readonly rank: (one: PlacedPeer) => number; readonly now: number },
): PlacedPeer | undefined {
  const { least, lowest } = lowestOf(held, rank)
  if (least > rank(newcomer)) return undefined
  const own = newcomer.shares.teller
  const heaviest = heavierThan(own, holdingsOf([newcomer, ...lowest]))
  const told = (by: string): readonly PlacedPeer[] =>
    lowest.filter(({ shares }) => shares.teller === by)
  if (heaviest !== undefined) return silentLongest(told(heaviest))
  const first = silentLongest(lowest)
  if (least < rank(newcomer)) return first
  const seen = lastSeen(newcomer.peer)
  const mine = silentLongest(told(own))
  if (mine !== undefined && lastSeen(mine.peer) < seen) return mine
  const hasGone = first !== undefined && lastSeen(first.peer) < now - GONE
  return hasGone && seen >= now - GONE ? first : undefined
}

function lowestOf(held: readonly PlacedPeer[], rank: (one: PlacedPeer) => number) {
  let least = Infinity
  let lowest: PlacedPeer[] = []
  for (const one of held) {
    const its = rank(one)
    if (its > least) continue
    if (its < least) lowest = []
    least = its
    lowest.push(one)
  }
  return { least, lowest }
}

/** As `holdingsOf` of the base counts them, with the prefixes that are known here: to look each up again took as long as all else. */
function holdingsOf(all: readonly PlacedPeer[]): Iterable<Holding> {
  const holdings = new Map<string, { share: string; prefix: string; weight: number }>()
  for (const { shares } of all) {
    const { teller: share, tellerPrefix: prefix } = shares
    const there = holdings.get(share)
    if (there === undefined) holdings.set(share, { share, prefix, weight: 1 })
    else there.weight += 1
  }
  return holdings.values()
}

function silentLongest(all: readonly PlacedPeer[]): PlacedPeer | undefined {
  let first: PlacedPeer | undefined
  for (const one of all)
    if (first === undefined || lastSeen(one.peer) < lastSeen(first.peer)) first = one
  return first
}
