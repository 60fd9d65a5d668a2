import type { KnownPeer } from '../../src/network/exchange/known-peer.ts'
import {
  type KnownPeers,
  makeKnownPeers,
  type Teller,
} from '../../src/network/exchange/known-peers.ts'
import type { PeerRecord } from '../../src/network/exchange/peer-record.ts'
import { rowsInMemory } from './kept-rows.ts'

/** Of clocks in these tests. */
export const NOW = Date.parse('2026-12-01T00:00:00Z')
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** What a peer would have signed; whoever keeps records does not look at signatures again. */
export function recordOf(
  peerId: string,
  address = '/ip4/5.9.0.1/tcp/8001',
  time = NOW,
): PeerRecord {
  const isLocal = /\/(127|10|192\.168)\./.test(address)
  const scope = isLocal ? 'local' : 'public'
  return { peerId, scope, addresses: [address], time, bytes: new Uint8Array() }
}

/** Somebody at a public address of its own. */
export const tellerAt = (peerId: string, share: string): Teller => ({
  peerId,
  share,
  reach: 'public',
})

/** The nth of many public addresses, each in a /16 of its own. */
export const addressIn = (prefix: number, host = 1): string =>
  `/ip4/${11 + Math.floor(prefix / 250)}.${prefix % 250}.0.${host}/tcp/8001`

export interface TestBook extends KnownPeers {
  readonly named: Set<string>
  readonly barred: Set<string>
  readonly kept: ReadonlyMap<string, KnownPeer>
  now: number
}

/** A book with a clock that a test moves. */
export function openBook(): TestBook {
  const [named, barred] = [new Set<string>(), new Set<string>()]
  const kept = rowsInMemory<KnownPeer>([], ({ peerId }) => peerId)
  const clock = { now: NOW }
  const book = makeKnownPeers(
    kept,
    {
      self: 'self',
      isNamed: (peerId) => named.has(peerId),
      isBarred: (peerId) => barred.has(peerId),
    },
    () => clock.now,
  )
  return {
    ...book,
    named,
    barred,
    kept: kept.now,
    get now() {
      return clock.now
    },
    set now(now) {
      clock.now = now
    },
  }
}
