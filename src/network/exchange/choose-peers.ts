/*
 * Whom to dial next, so that a node keeps its connections though peers die: a pure function of what is known at a moment, the
 * clock and some randomness. Peers that the operator named are dialled by other rules; here they only count.
 */
import { type Candidate, type Choice, makePool } from './candidate-pool.ts'
import { dialledPlace, prefixOfAddress } from './dial-address.ts'
import type { DialPace } from './dial-pace.ts'
import { dialable, type KnownPeer, lastSeen, rankOf } from './known-peer.ts'

/** A connection that counts: with a peer that the operator named, or one that this node chose and dialled. */
export interface Link {
  readonly peerId: string
  readonly choice: Choice | 'named'
}

/** What the choice depends on. Whoever came by himself counts nowhere: he chose this node, not it him. */
export interface Choosing {
  readonly known: readonly KnownPeer[]
  /** How many connections to keep. */
  readonly connections: number
  readonly links: readonly Link[]
  /** Peers that the operator named and that nobody could try yet: their places are kept for them. */
  readonly untried: number
  /** Those that are dialled at this moment. */
  readonly dialling: readonly Link[]
  /** Neither this node itself nor connected, dialled, named, removed or banned. */
  readonly isFree: (peerId: string) => boolean
  readonly isNamed: (peerId: string) => boolean
  readonly pace: Pick<DialPace, 'isDue' | 'free'>
  /** When somebody was dialled last only because he might have come back. */
  readonly soughtAt: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** From 0 up to 1, another one each time. */
  readonly random: () => number
}

export interface Dial {
  readonly peerId: string
  readonly addresses: readonly string[]
  readonly choice: Choice
  /** Nobody is lacking: it is dialled because it was connected once, and may have come back. */
  readonly isSought: boolean
}

/** Dials at once. */
const MOST_DIALLING = 8
/** How often somebody is sought who was connected once, in milliseconds: so two halves of a network that was parted find each other. */
const SEEK_EVERY = 20_000
/** Connections beyond the number that is kept, with such as were found so. */
const SPARE = 2

/** @returns whom to dial now, each once; those are not free any more. Often nobody. */
export function choosePeers(choosing: Choosing): readonly Dial[] {
  const { connections, links, untried, dialling, now, soughtAt } = choosing
  const lacking = connections - links.length - untried
  const isSeeking =
    lacking <= 0 && links.length + dialling.length < connections + SPARE && connections > 0
  if (isSeeking && now - soughtAt < SEEK_EVERY) return []
  const seats = isSeeking ? 1 : Math.min(2 * lacking, MOST_DIALLING) - dialling.length
  if (seats <= 0) return []
  const pool = makePool(candidatesOf(choosing, isSeeking), choosing.random)
  const places = new Set<string>()
  const dials: Dial[] = []
  while (dials.length < seats) {
    const choice = nextChoice([...links, ...dialling, ...dials], choosing)
    const one = pool.take(choice)
    if (one === undefined) break
    const addresses = one.addresses.filter((address) => !places.has(dialledPlace(address)))
    if (addresses.length === 0) continue
    for (const address of addresses) places.add(dialledPlace(address))
    dials.push({ peerId: one.peerId, addresses, choice, isSought: isSeeking })
  }
  return dials
}

function candidatesOf(
  { known, isFree, isNamed, pace, now }: Choosing,
  isSeeking: boolean,
): readonly Candidate[] {
  return known
    .filter(({ peerId, metAt }) => isFree(peerId) && (!isSeeking || metAt !== undefined))
    .filter(({ peerId }) => pace.isDue(peerId, now))
    .flatMap((peer) => {
      const addresses = pace.free(dialable(peer), now)
      const [first] = addresses
      if (first === undefined) return []
      const { peerId } = peer
      const prefix = prefixOfAddress(first)
      return [{ peerId, addresses, prefix, rank: rankOf(peer, isNamed), seen: lastSeen(peer) }]
    })
}

/** Half of those that nobody named are chosen by prefix. Whoever does not answer is no connection, so a dial does not decide the next. */
function nextChoice(
  links: readonly Link[],
  { connections, random }: Pick<Choosing, 'connections' | 'random'>,
): Choice {
  const count = (choice: Link['choice']): number =>
    links.filter((link) => link.choice === choice).length
  const half = (connections - count('named')) / 2
  if (count('prefix') >= half) return 'worth'
  if (count('worth') >= half) return 'prefix'
  return random() < 0.5 ? 'prefix' : 'worth'
}
