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
  /** It is so at once, and on the disk when this returns. @throws StorageError DISK: then it is as it was before */
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
      const before = barred.get(peerId)
      // whoever is dialled while the disk writes must not come in behind it
      barred.set(peerId, row)
      try {
        await putBarredPeer(state, row)
      } catch (error) {
        if (before === undefined) barred.delete(peerId)
        else barred.set(peerId, before)
        throw error
      }
    },
    async lift(peerId) {
      if (!barred.has(peerId)) return false
      await removeBarredPeer(state, peerId)
      barred.delete(peerId)
      return true
    },
  }
}
