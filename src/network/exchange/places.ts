/*
 * Which peers there is room for. A key and a well-signed record cost nothing, so every bound has ranks, and shares: by who told
 * it, and by where the peer says that it is. One network can fill neither, and nobody pushes out whom this node has reached.
 */
import { heavierThan, holdingsOf, prefixOf } from '../../base/address-share.ts'
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

interface Ranked {
  readonly peer: KnownPeer
  readonly rank: number
}

/** Where a peer takes a place, by who told it and by where it says that it is. */
interface Shares {
  readonly teller: string
  readonly tellerPrefix: string
  readonly subject: string
  readonly subjectPrefix: string
}

/** A peer is looked at for each newcomer, and never changes: another one takes its place. */
const remembered = new WeakMap<KnownPeer, Shares>()

function sharesOf(peer: KnownPeer): Shares {
  const there = remembered.get(peer)
  if (there !== undefined) return there
  const subject = subjectShare(peer)
  const shares = {
    teller: peer.share,
    tellerPrefix: prefixOf(peer.share),
    subject,
    subjectPrefix: prefixOf(subject),
  }
  remembered.set(peer, shares)
  return shares
}

/** Of how many peers at most one of their shares may be the same. */
interface Bound {
  readonly most: number
  /** Of all if absent. */
  readonly by?: keyof Shares
}

/**
 * @param there all that are known, without the newcomer
 * @param now milliseconds since 1970
 * @returns those that go so that it can come; `undefined`: it cannot
 */
export function placeFor(
  newcomer: KnownPeer,
  there: readonly KnownPeer[],
  { isNamed, now }: { readonly isNamed: (peerId: string) => boolean; readonly now: number },
): readonly KnownPeer[] | undefined {
  const ranked = (peer: KnownPeer): Ranked => ({ peer, rank: rankOf(peer, isNamed) })
  const own = sharesOf(newcomer)
  const leaving = new Set<KnownPeer>()
  for (const { most, by } of boundsFor(newcomer)) {
    const held = there.filter(
      (peer) => !leaving.has(peer) && (by === undefined || sharesOf(peer)[by] === own[by]),
    )
    if (held.length < most) continue
    const victim = victimAmong(held.map(ranked), ranked(newcomer), now)
    if (victim === undefined) return undefined
    leaving.add(victim)
  }
  return [...leaving]
}

function boundsFor(newcomer: KnownPeer): readonly Bound[] {
  const { share } = newcomer
  const { subject } = sharesOf(newcomer)
  const near = Math.floor(MOST_KNOWN * prefixPart(subject))
  const told = share.startsWith(NAMED_SHARE) ? OF_NAMED : Math.floor(MOST_KNOWN * prefixPart(share))
  return [
    { most: told, by: 'tellerPrefix' },
    { most: isLocal(subject) ? near : OF_ADDRESS, by: 'subject' },
    { most: near, by: 'subjectPrefix' },
    { most: MOST_KNOWN },
  ]
}

/**
 * Of what has least rank the one that was silent longest of the share that holds most. Among equals somebody gives way only to a
 * share that holds less, to his own, or because he has gone.
 */
function victimAmong(
  held: readonly Ranked[],
  newcomer: Ranked,
  now: number,
): KnownPeer | undefined {
  const least = Math.min(...held.map(({ rank }) => rank))
  if (least > newcomer.rank) return undefined
  const lowest = held.filter(({ rank }) => rank === least).map(({ peer }) => peer)
  const own = newcomer.peer.share
  const heaviest = heavierThan(own, holdingsOf([own, ...lowest.map(({ share }) => share)]))
  if (heaviest !== undefined) return silentLongest(lowest.filter(({ share }) => share === heaviest))
  const first = silentLongest(lowest)
  if (least < newcomer.rank) return first
  const seen = lastSeen(newcomer.peer)
  const mine = silentLongest(lowest.filter(({ share }) => share === own))
  if (mine !== undefined && lastSeen(mine) < seen) return mine
  const hasGone = first !== undefined && lastSeen(first) < now - GONE
  return hasGone && seen >= now - GONE ? first : undefined
}

function silentLongest(peers: readonly KnownPeer[]): KnownPeer | undefined {
  let first: KnownPeer | undefined
  for (const peer of peers)
    if (first === undefined || lastSeen(peer) < lastSeen(first)) first = peer
  return first
}
