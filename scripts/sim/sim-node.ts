import type { Link } from '../../src/network/exchange/choose-peers.ts'
import { type DialPace, makeDialPace } from '../../src/network/exchange/dial-pace.ts'
import { type KnownPeers, makeKnownPeers } from '../../src/network/exchange/known-peers.ts'
import type { PeerRecord } from '../../src/network/exchange/peer-record.ts'
import { makeTellerTurns, type TellerTurns } from '../../src/network/exchange/teller-turns.ts'

export interface Place {
  readonly peerId: string
  /** A public multiaddr. */
  readonly address: string
}

export interface SimNode extends Place {
  readonly isAttacker: boolean
  /** Whom its operator named. */
  readonly named: ReadonlySet<string>
  readonly known: KnownPeers
  readonly pace: DialPace
  readonly turns: TellerTurns
  /** Connected peers, and how: as it chose them itself, or because they dialled. */
  readonly links: Map<string, Link['choice'] | 'inbound'>
  record: PeerRecord
  isHere: boolean
  /** Bytes of records that it sent. */
  sent: number
  dials: number
}

/** @param named peer ids. @param now milliseconds since 1970 */
export function makeNode(
  { peerId, address }: Place,
  { named, isAttacker }: { readonly named: readonly string[]; readonly isAttacker: boolean },
  now: () => number,
): SimNode {
  const names = new Set(named)
  const isNamed = (one: string): boolean => names.has(one)
  return {
    peerId,
    address,
    isAttacker,
    named: names,
    known: makeKnownPeers(KEPT_NOWHERE, { self: peerId, isNamed, isBarred: () => false }, now),
    pace: makeDialPace(),
    turns: makeTellerTurns(isNamed, now),
    links: new Map(),
    record: recordOf({ peerId, address }, now()),
    isHere: true,
    sent: 0,
    dials: 0,
  }
}

const KEPT_NOWHERE = { all: [], put: () => undefined, delete: () => undefined }

const NO_BYTES = new Uint8Array()

/** As if it were signed: nobody looks at the signature here. */
export const recordOf = ({ peerId, address }: Place, time: number): PeerRecord => ({
  peerId,
  scope: 'public',
  addresses: [address],
  time,
  bytes: NO_BYTES,
})

/**
 * A peer id and an address that nobody else has, in one of some 130 networks of /8, so that most stand alone in their /16.
 * @param number another one each time. @param random from 0 up to 1
 */
export function placeOf(number: number, random: () => number): Place {
  const part = (): number => Math.floor(random() * 256)
  const first = [11 + (part() % 89), 128 + (part() % 40), 193 + (part() % 5)][number % 3] ?? 11
  return {
    peerId: `12D3KooWSim${String(number).padStart(9, '0')}`,
    address: `/ip4/${first}.${part()}.${part()}.${1 + (part() % 250)}/tcp/8001`,
  }
}
