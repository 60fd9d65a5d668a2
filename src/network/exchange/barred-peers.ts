/* Whom the operator removed or banned: whoever tells of them, they do not come back. On the disk, until he says otherwise. */
import type { State } from '../../state/database.ts'
import {
  type Bar,
  type BarredPeerRow,
  barredPeerRows,
  putBarredPeer,
  removeBarredPeer,
} from '../../state/barred-peers.ts'

export interface BarredPeers {
  readonly has: (peerId: string) => boolean
  readonly of: (peerId: string) => Bar | undefined
  readonly all: () => readonly BarredPeerRow[]
  /** It is so from now on, and on the disk when this returns. @throws StorageError DISK */
  readonly put: (peerId: string, bar: Bar) => Promise<void>
  /** @returns whether it was barred. @throws StorageError DISK */
  readonly lift: (peerId: string) => Promise<boolean>
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function openBarredPeers(state: State): Promise<BarredPeers> {
  const barred = new Map((await barredPeerRows(state)).map((row) => [row.peerId, row]))
  return {
    has: (peerId) => barred.has(peerId),
    of: (peerId) => barred.get(peerId)?.bar,
    all: () => [...barred.values()],
    async put(peerId, bar) {
      const row = { peerId, bar, since: Date.now() }
      await putBarredPeer(state, row)
      barred.set(peerId, row)
    },
    async lift(peerId) {
      if (!barred.has(peerId)) return false
      await removeBarredPeer(state, peerId)
      barred.delete(peerId)
      return true
    },
  }
}
