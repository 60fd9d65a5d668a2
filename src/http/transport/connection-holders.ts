/* Who holds how many connections, and which of them give way to a new one. */
import type { Socket } from 'node:net'
import { heavierThan, prefixOf } from '../../base/address-share.ts'

/** One address has one part in so many of all connections, and one prefix one in so many. */
const ADDRESS_SHARE = 4
const PREFIX_SHARE = 2
/** Of what the heaviest has it loses one part in so many at once, so that a flood does not ask each time who that is. */
const LOST = 16

export interface ConnectionHolder {
  readonly share: string
  readonly isTrusted: boolean
  readonly all: Set<Socket>
  /** Those without a request that waits for its answer, the longest idle first. */
  readonly idle: Set<Socket>
}

export interface ConnectionHolders {
  readonly all: () => readonly ConnectionHolder[]
  /** Counts one more connection. */
  readonly enter: (
    socket: Socket,
    who: Pick<ConnectionHolder, 'share' | 'isTrusted'>,
  ) => ConnectionHolder
  readonly leave: (socket: Socket, holder: ConnectionHolder) => void
  /**
   * Is there room for the connection that was counted last? Idle ones of whoever holds most are closed for it, be it of the
   * same address.
   */
  readonly isWelcome: (holder: ConnectionHolder) => boolean
}

/** @param connections how many there may be in all */
export function makeConnectionHolders(connections: number): ConnectionHolders {
  const holders = new Map<string, ConnectionHolder>()
  const prefixes = new Map<string, number>()
  let all = 0

  function leave(socket: Socket, holder: ConnectionHolder): void {
    holder.idle.delete(socket)
    if (!holder.all.delete(socket)) return
    all -= 1
    count(prefixOf(holder.share), -1)
    if (holder.all.size === 0) holders.delete(holder.share)
  }

  function count(prefix: string, by: 1 | -1): void {
    const there = (prefixes.get(prefix) ?? 0) + by
    if (there === 0) prefixes.delete(prefix)
    else prefixes.set(prefix, there)
  }

  function isWelcome(holder: ConnectionHolder): boolean {
    const prefix = prefixOf(holder.share)
    const isCrowded = !holder.isTrusted && (prefixes.get(prefix) ?? 0) > connections / PREFIX_SHARE
    if (!holder.isTrusted && holder.all.size > connections / ADDRESS_SHARE && !close(holder, 1))
      return false
    if (isCrowded && !makeRoom(holder, ({ share }) => prefixOf(share) === prefix)) return false
    return all <= connections || makeRoom(holder, () => true)
  }

  function makeRoom(
    holder: ConnectionHolder,
    isAmong: (one: ConnectionHolder) => boolean,
  ): boolean {
    const own = holder.share
    const heaviest = heavierThan(
      own,
      [...holders.values()]
        .filter((one) => isAmong(one) && (one.idle.size > 0 || one === holder))
        .map(({ share, all: { size } }) => ({ share, weight: size })),
    )
    const giver = holders.get(heaviest ?? own)
    return giver !== undefined && close(giver, Math.ceil(giver.all.size / LOST))
  }

  /** @returns whether there was one */
  function close(holder: ConnectionHolder, most: number): boolean {
    let closed = 0
    for (const socket of holder.idle) {
      if (closed === most) break
      leave(socket, holder)
      socket.destroy()
      closed += 1
    }
    return closed > 0
  }

  return {
    all: () => [...holders.values()],
    enter(socket, { share, isTrusted }) {
      const holder = holders.get(share) ?? { share, isTrusted, all: new Set(), idle: new Set() }
      holders.set(share, holder)
      holder.all.add(socket)
      all += 1
      count(prefixOf(share), 1)
      return holder
    },
    leave,
    isWelcome,
  }
}
