/* One peer that this node was told of, or met, and what it is worth to remember it. */
import type { AddressScope } from '../../base/address-scope.ts'
import { scopeOfAddress, shareOfAddress } from './dial-address.ts'
import type { PeerRecord, RecordScope } from './peer-record.ts'

export interface KnownPeer {
  readonly peerId: string
  /** What it signed last of each scope; one at least. */
  readonly records: Readonly<Partial<Record<RecordScope, PeerRecord>>>
  /** From how near whoever told its local addresses was reached: from another machine nobody names what is on this one. */
  readonly near: AddressScope
  /** Peer id of who told it; its own if it did itself. */
  readonly teller: string
  /** Whose place it takes here: of who told it as long as it was never connected, then of where it was itself. */
  readonly share: string
  /** When it was connected last, in milliseconds since 1970; `undefined`: never, as far as this node remembers. */
  readonly metAt: number | undefined
  /** When it answered a dial last, which shows that its address is its own; as above. */
  readonly reachedAt: number | undefined
}

/** Who gives way to whom where there is no room: what has more never gives way to what has less. */
const RANK = {
  /** What a stranger says of somebody who was never connected. */
  hearsay: 0,
  /** The same, by a peer that the operator named. */
  named: 1,
  /** It was connected, and gave its address itself. */
  met: 2,
  /** It answered at its address. */
  reached: 3,
  /** The operator named it. */
  own: 4,
} as const

export function rankOf(
  { peerId, teller, metAt, reachedAt }: KnownPeer,
  isNamed: (peerId: string) => boolean,
): number {
  if (isNamed(peerId)) return RANK.own
  if (reachedAt !== undefined) return RANK.reached
  if (metAt !== undefined) return RANK.met
  return isNamed(teller) ? RANK.named : RANK.hearsay
}

/** When there was a sign of it last, in milliseconds since 1970. */
export function lastSeen({ records, metAt }: KnownPeer): number {
  return Math.max(records.public?.time ?? 0, records.local?.time ?? 0, metAt ?? 0)
}

/** Its addresses that this node may dial, local ones first: they are nearer. */
export function dialable({ records, near }: KnownPeer): readonly string[] {
  const local = records.local?.addresses ?? []
  return [
    ...local.filter((address) => isOfUse(address, near)),
    ...(records.public?.addresses ?? []),
  ]
}

/** Can somebody who is reached from there reach that local address? */
export function isOfUse(address: string, reach: AddressScope | undefined): boolean {
  const scope = scopeOfAddress(address)
  if (scope === 'machine') return reach === 'machine'
  return scope === 'network' && (reach === 'machine' || reach === 'network')
}

/** Whose share its first address takes. */
export function subjectShare(peer: KnownPeer): string {
  const [first = ''] = peer.records.public?.addresses ?? peer.records.local?.addresses ?? []
  return shareOfAddress(first)
}
