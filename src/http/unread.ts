/* Answers that somebody has asked for and does not read. */
import type { Socket } from 'node:net'

/** Bytes that wait in this process to be read: by one address (IPv6: one /64), and by everybody. */
const OF_ONE = 32 * 1024 * 1024
const ALL = 128 * 1024 * 1024
/** Whoever asks again is looked at no more often than that, in milliseconds. */
const OFTEN = 50

/**
 * Ends connections that do not read, the largest first, as soon as more waits than may.
 * @param held all connections, by share
 * @returns to be called whenever somebody asks, with all that he holds
 */
export function limitUnread(
  held: () => Iterable<ReadonlySet<Socket>>,
): (own: ReadonlySet<Socket>) => void {
  let looked = 0
  return (own) => {
    const at = performance.now()
    if (at - looked < OFTEN) return
    looked = at
    cut([...own], OF_ONE)
    cut(
      [...held()].flatMap((sockets) => [...sockets]),
      ALL,
    )
  }
}

function cut(sockets: readonly Socket[], most: number): void {
  const unread = sockets.filter(({ writableLength }) => writableLength > 0)
  let left = unread.reduce((sum, { writableLength }) => sum + writableLength, 0)
  if (left <= most) return
  for (const socket of unread.toSorted((one, other) => other.writableLength - one.writableLength)) {
    if (left <= most) return
    left -= socket.writableLength
    socket.destroy()
  }
}
