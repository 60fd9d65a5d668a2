/* Known peers on the disk. Those of one private network are never told in another: each row says in which it was met. */
import type { AddressScope } from '../../base/address-scope.ts'
import type { State } from '../../state/database.ts'
import { type KnownPeerRow, knownPeerRows, putKnownPeers } from '../../state/known-peers.ts'
import { type OpenKeptRows, openKeptRows } from '../heads/kept-rows.ts'
import type { KnownPeer } from './known-peer.ts'
import { readPeerRecord } from './peer-record.ts'

/**
 * What was known before this start, and what changes from now on. Whoever opens the exchange closes it, which writes the rest.
 * @param swarm name of the private network of this node; empty: none
 * @param onError it cannot be written
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openKeptPeers(
  state: State,
  swarm: string,
  onError: (error: unknown) => void,
): Promise<OpenKeptRows<KnownPeer>> {
  const rows = await knownPeerRows(state)
  const kept = openKeptRows<KnownPeer>(
    {
      all: rows.filter((row) => row.swarm === swarm).map(peerOf),
      nameOf: ({ peerId }) => peerId,
      write: (changes) =>
        putKnownPeers(
          state,
          changes.map(({ row, isGone }) => ({
            peerId: row.peerId,
            row: isGone ? undefined : rowOf(row, swarm),
          })),
        ),
    },
    onError,
  )
  for (const row of rows) if (row.swarm !== swarm) kept.delete(peerOf(row))
  return kept
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
