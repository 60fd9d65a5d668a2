/*
 * Peers that this node may dial though nobody named them, or that it may tell of: what they signed, who told it, when they were
 * connected. It has no clock and asks no network, so that thousands of them can run in one process.
 */
import type { AddressScope } from '../../base/address-scope.ts'
import type { KeptRows } from '../heads/kept-rows.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { shareOfAddress } from './dial-address.ts'
import { isOfUse, type KnownPeer, lastSeen, rankOf } from './known-peer.ts'
import type { PeerRecord } from './peer-record.ts'
import { makePlaces, shareOfNamed } from './places.ts'

/** Who tells something, as this node is connected with it. */
export interface Teller {
  readonly peerId: string
  /** Whose share it takes, by its address. */
  readonly share: string
  /** From how near it is reached; `undefined`: by no IP address. */
  readonly reach: AddressScope | undefined
}

/** `old`: as old as what is here. `skipped`: of no use here, of no date, or there is no room for it. Neither is anybody's fault. */
export type Heard = 'news' | 'old' | 'skipped'

export interface KnownPeers {
  readonly get: (peerId: string) => KnownPeer | undefined
  readonly all: () => readonly KnownPeer[]
  /** What would become of a record if its signature is good: only `news` is worth a verification. */
  readonly weigh: (record: PeerRecord, by: Teller) => Heard
  /** Its signature is good. */
  readonly take: (record: PeerRecord, by: Teller) => Heard
  /** It is connected, or was until now. */
  readonly met: (peerId: string) => void
  /** It answered at that address. */
  readonly reached: (peerId: string, address: string) => void
  readonly forget: (peerId: string) => void
  /** Forgets those of which there was no sign for 30 days. */
  readonly expire: () => void
}

/** How far ahead of this clock a record may be, in milliseconds. */
const AHEAD = 600_000
/** Without a sign for so long a peer is forgotten, in milliseconds. */
const SILENCE = 30 * 86_400_000
/** Of two records with the same addresses that lie less apart only the first is taken, in milliseconds. */
const APART = 10_000

/**
 * Begins with what is kept. Bounded: see places. It has nothing to close.
 * @param now milliseconds since 1970
 */
export function makeKnownPeers(
  kept: KeptRows<KnownPeer>,
  { self, isNamed, isBarred }: Pick<RemotePeers, 'self' | 'isNamed' | 'isBarred'>,
  now: () => number,
): KnownPeers {
  const peers = makePlaces(kept.all)

  function put(peer: KnownPeer): void {
    peers.put(peer)
    kept.put(peer)
  }

  function forget(peerId: string): void {
    const peer = peers.get(peerId)
    if (peer === undefined) return
    peers.remove(peerId)
    kept.delete(peer)
  }

  function isDated({ time }: PeerRecord): boolean {
    return time <= now() + AHEAD && time >= now() - SILENCE
  }

  function isUsable({ peerId, scope, addresses }: PeerRecord, { reach }: Teller): boolean {
    if (peerId === self || isBarred(peerId)) return false
    return scope === 'public' || addresses.some((address) => isOfUse(address, reach))
  }

  /** As it is kept if there is room. */
  function known(record: PeerRecord, by: Teller, before: KnownPeer | undefined): KnownPeer {
    const isHimself = by.peerId === record.peerId
    const share = isNamed(by.peerId) && !isHimself ? shareOfNamed(by.peerId) : by.share
    const heard: KnownPeer = {
      peerId: record.peerId,
      records: { ...before?.records, [record.scope]: record },
      near: (record.scope === 'local' ? by.reach : before?.near) ?? 'public',
      teller: by.peerId,
      share,
      metAt: isHimself ? now() : before?.metAt,
      reachedAt: before?.reachedAt,
    }
    if (before === undefined || rankOf(heard, isNamed) > rankOf(before, isNamed)) return heard
    return { ...heard, teller: before.teller, share: before.share }
  }

  /** What is kept, and who goes for it. */
  function judge(record: PeerRecord, by: Teller) {
    if (!isUsable(record, by) || !isDated(record)) return 'skipped'
    const before = peers.get(record.peerId)
    const last = before?.records[record.scope]
    if (last !== undefined && !isNewer(record, last)) return 'old'
    const peer = known(record, by, before)
    if (peer.share === before?.share) return { peer, leaving: [] }
    const leaving = peers.roomFor(peer, { isNamed, now: now() })
    if (leaving !== undefined) return { peer, leaving }
    if (before === undefined) return 'skipped'
    // it stays what it was: a stranger's hearsay, say
    return { peer: { ...before, records: peer.records, near: peer.near }, leaving: [] }
  }

  return {
    get: peers.get,
    all: peers.all,
    weigh(record, by) {
      const judged = judge(record, by)
      return typeof judged === 'string' ? judged : 'news'
    },
    take(record, by) {
      const judged = judge(record, by)
      if (typeof judged === 'string') return judged
      for (const { peerId } of judged.leaving) forget(peerId)
      put(judged.peer)
      return 'news'
    },
    met(peerId) {
      const peer = peers.get(peerId)
      if (peer !== undefined) put({ ...peer, metAt: now() })
    },
    reached(peerId, address) {
      const peer = peers.get(peerId)
      if (peer === undefined) return
      put({ ...peer, share: shareOfAddress(address), metAt: now(), reachedAt: now() })
    },
    forget,
    expire() {
      for (const peer of peers.all()) if (lastSeen(peer) < now() - SILENCE) forget(peer.peerId)
    },
  }
}

function isNewer(record: PeerRecord, last: PeerRecord): boolean {
  const isOther = record.addresses.join(' ') !== last.addresses.join(' ')
  return record.time > last.time + (isOther ? 0 : APART)
}
