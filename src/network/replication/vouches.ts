/*
 * For which feeds the peers that the operator named vouch, and when each was connected last. The word of one that has gone stands
 * for a while, so that a network whose middle has died goes on as before; the word of one that is named no more does not.
 */
import type { ContactRow, VouchRow } from '../../state/vouches.ts'
import type { KeptRows } from '../heads/kept-rows.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'

/** How long the word of a peer stands that is not connected, in milliseconds. */
const STANDS = 30 * 86_400_000
/** Feeds for which one peer can vouch. */
const FEEDS_OF_ONE = 10_000

export interface Voucher {
  /** Peer id. */
  readonly peerId: string
  /** When its word stands no more, in milliseconds since 1970; `undefined` while it is connected. */
  readonly until: number | undefined
}

/** What is kept of it. */
export interface KeptVouches {
  readonly vouches: KeptRows<VouchRow>
  readonly contacts: Pick<KeptRows<ContactRow>, 'all' | 'put'>
}

export interface Vouches {
  /** A connected peer says whether it follows that feed other than as a stranger's: only the word of a named one counts. */
  readonly note: (feed: string, peerId: string, vouched: boolean) => void
  /** Who vouches for a feed; of several whoever's word stands longest. */
  readonly of: (feed: string) => Voucher | undefined
  /** It is connected, or was until now. */
  readonly contact: (peerId: string) => void
  /** Was that peer ever connected while it was named? */
  readonly hasMet: (peerId: string) => boolean
}

const endOf = ({ until }: Voucher): number => until ?? Infinity

/**
 * Begins with what is kept. It has nothing to close.
 * @param now milliseconds since 1970
 */
export function makeVouches(
  kept: KeptVouches,
  { isNamed, isConnected }: Pick<RemotePeers, 'isNamed' | 'isConnected'>,
  now: () => number,
): Vouches {
  const contacts = new Map(kept.contacts.all.map(({ peerId, at }) => [peerId, at]))
  const byFeed = new Map<string, Set<string>>()
  const counts = new Map<string, number>()

  function add({ feed, peerId }: VouchRow): void {
    const peers = byFeed.get(feed) ?? new Set()
    byFeed.set(feed, peers.add(peerId))
    counts.set(peerId, (counts.get(peerId) ?? 0) + 1)
  }

  function remove({ feed, peerId }: VouchRow): void {
    const peers = byFeed.get(feed)
    peers?.delete(peerId)
    if (peers?.size === 0) byFeed.delete(feed)
    counts.set(peerId, (counts.get(peerId) ?? 1) - 1)
  }

  for (const row of kept.vouches.all) add(row)

  function voucher(peerId: string): Voucher | undefined {
    if (!isNamed(peerId)) return undefined
    if (isConnected(peerId)) return { peerId, until: undefined }
    const until = (contacts.get(peerId) ?? -Infinity) + STANDS
    return until > now() ? { peerId, until } : undefined
  }

  function contact(peerId: string): void {
    if (!isNamed(peerId)) return
    contacts.set(peerId, now())
    kept.contacts.put({ peerId, at: now() })
  }

  return {
    contact,
    note(feed, peerId, vouched) {
      const row = { feed, peerId }
      const before = byFeed.get(feed)?.has(peerId) === true
      if (before === vouched || !isNamed(peerId)) return
      if (vouched && (counts.get(peerId) ?? 0) >= FEEDS_OF_ONE) return
      if (vouched) {
        add(row)
        kept.vouches.put(row)
      } else {
        remove(row)
        kept.vouches.delete(row)
      }
      if (!contacts.has(peerId)) contact(peerId)
    },
    of(feed) {
      const found = [...(byFeed.get(feed) ?? [])].map(voucher).filter((one) => one !== undefined)
      return found.toSorted((one, other) => endOf(other) - endOf(one))[0]
    },
    hasMet: (peerId) => contacts.has(peerId),
  }
}
