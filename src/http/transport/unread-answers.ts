/* Answers that somebody has asked for and does not read. */
import type { Socket } from 'node:net'

/** Bytes that wait in this process to be read: by one address (IPv6: one /64), and by everybody. */
const OF_ONE = 32 * 1024 * 1024
const ALL = 128 * 1024 * 1024
/** It is looked at no more often than that, in milliseconds. */
const OFTEN = 50

interface Holder {
  /** A proxy, behind which stand many. */
  readonly isTrusted: boolean
  readonly all: ReadonlySet<Socket>
}

/**
 * Ends connections that do not read, the largest first, as soon as more waits than may.
 * @param holders all who are connected
 * @returns to be called whenever somebody asks
 */
export function limitUnread(holders: () => readonly Holder[]): () => void {
  let looked = -Infinity
  return () => {
    const at = performance.now()
    if (at - looked < OFTEN) return
    looked = at
    const connected = holders()
    // each of them, whoever it is that asks at this moment
    for (const { isTrusted, all } of connected) if (!isTrusted) cut([...all], OF_ONE)
    cut(
      connected.flatMap(({ all }) => [...all]),
      ALL,
    )
  }
}

function cut(sockets: readonly Socket[], most: number): void {
  const unread = sockets.filter(({ destroyed, writableLength }) => !destroyed && writableLength > 0)
  let left = unread.reduce((sum, { writableLength }) => sum + writableLength, 0)
  if (left <= most) return
  for (const socket of unread.toSorted((one, other) => other.writableLength - one.writableLength)) {
    if (left <= most) return
    left -= socket.writableLength
    socket.destroy()
  }
}
