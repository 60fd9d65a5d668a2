/* Known peers on the disk. Those of one private network are never told in another: each row says in which it was met. */
import type { AddressScope } from '../../base/address-scope.ts'
import type { State } from '../../state/database.ts'
import { type KnownPeerRow, knownPeerRows, putKnownPeers } from '../../state/known-peers.ts'
import { makeGatheredWrites } from '../heads/gathered-writes.ts'
import type { KnownPeer } from './known-peer.ts'
import { readPeerRecord } from './peer-record.ts'

export interface KeptPeerBook {
  /** As they were before this start. */
  readonly kept: readonly KnownPeer[]
  /** Is written soon. `undefined`: nothing is kept of it any more. */
  readonly note: (peerId: string, peer: KnownPeer | undefined) => void
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/**
 * What was known before this start, and what is noted from now on. Whoever opens the exchange closes it, which writes the rest.
 * @param swarm name of the private network of this node; empty: none
 * @param onError it cannot be written
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openKeptPeerBook(
  state: State,
  swarm: string,
  onError: (error: unknown) => void,
): Promise<KeptPeerBook> {
  const rows = await knownPeerRows(state)
  const writes = makeGatheredWrites<KnownPeer | undefined>(
    (changes) =>
      putKnownPeers(
        state,
        Array.from(changes, ([peerId, peer]) => ({ peerId, row: peer && rowOf(peer, swarm) })),
      ),
    onError,
  )
  for (const row of rows) if (row.swarm !== swarm) writes.note(row.peerId, undefined)
  return {
    kept: rows.filter((row) => row.swarm === swarm).map(peerOf),
    note: writes.note,
    close: writes.close,
  }
}

function rowOf({ records, ...peer }: KnownPeer, swarm: string): KnownPeerRow {
  return {
    ...peer,
    publicRecord: records.public?.bytes,
    localRecord: records.local?.bytes,
    swarm,
  }
}

function peerOf({ peerId, publicRecord, localRecord, near, ...row }: KnownPeerRow): KnownPeer {
  return {
    peerId,
    records: {
      ...(publicRecord && { public: readPeerRecord(publicRecord) }),
      ...(localRecord && { local: readPeerRecord(localRecord) }),
    },
    near: SCOPES.find((scope) => scope === near) ?? 'public',
    teller: row.teller,
    share: row.share,
    metAt: row.metAt,
    reachedAt: row.reachedAt,
  }
}

const SCOPES: readonly AddressScope[] = ['machine', 'network', 'public']
