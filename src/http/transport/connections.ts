/* Who is connected, by the address of the socket: one that does nothing gives way to one that is new. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { BlockList, isIPv4, isIPv6, type Socket } from 'node:net'
import { heavierThan, prefixOf, shareOf } from '../../base/address-share.ts'
import { noteArrival } from '../../base/main-thread.ts'
import { makeNewcomers } from './newcomers.ts'
import { limitUnread } from './unread.ts'

export interface ConnectionLimits {
  /** In all. */
  readonly connections: number
  /** Addresses and networks in CIDR notation of proxies, behind which stand many. */
  readonly trustProxy: readonly string[]
}

/** One address has one part in so many of all connections, and one prefix one in so many. */
const ADDRESS_SHARE = 4
const PREFIX_SHARE = 2
/** Of what the heaviest has it loses one part in so many at once, so that a flood does not ask each time who that is. */
const LOST = 16

interface Holder {
  readonly share: string
  readonly isTrusted: boolean
  readonly all: Set<Socket>
  /** Those without a request that waits for its answer, the longest idle first. */
  readonly idle: Set<Socket>
}

/**
 * Bounds the connections of a server. One too many closes the longest idle one of whoever holds most (see
 * {@link heavierThan}), be it that of the same address; it is refused only where none is idle.
 */
export function limitConnections(server: Server, { connections, trustProxy }: ConnectionLimits) {
  const isTrusted = trustedIn(trustProxy)
  const isWelcomeNow = makeNewcomers()
  const holders = new Map<string, Holder>()
  const cutUnread = limitUnread(() => [...holders.values()])
  const prefixes = new Map<string, number>()
  const owners = new WeakMap<Socket, Holder>()
  /** Requests of a connection that have come and are not answered. */
  const asked = new WeakMap<Socket, number>()
  let all = 0

  server.on('connection', (socket) => {
    const { remoteAddress } = socket
    noteArrival()
    // it has hung up before it was let in
    if (remoteAddress === undefined) {
      socket.destroy()
      return
    }
    const share = shareOf(remoteAddress)
    if (!isOwn(remoteAddress) && !isTrusted(remoteAddress) && !isWelcomeNow(share)) {
      socket.destroy()
      return
    }
    const holder = holders.get(share) ?? {
      share,
      isTrusted: isTrusted(remoteAddress),
      all: new Set(),
      idle: new Set(),
    }
    holders.set(share, holder)
    owners.set(socket, holder)
    holder.all.add(socket)
    all += 1
    socket.once('close', () => leave(socket, holder))
    count(prefixOf(share), 1)
    if (isWelcome(holder)) holder.idle.add(socket)
    else socket.destroy()
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const holder = owners.get(socket)
    holder?.idle.delete(socket)
    asked.set(socket, (asked.get(socket) ?? 0) + 1)
    cutUnread()
    response.once('close', () => {
      const left = (asked.get(socket) ?? 1) - 1
      asked.set(socket, left)
      if (left === 0 && !socket.destroyed) holder?.idle.add(socket)
    })
  })

  function leave(socket: Socket, holder: Holder): void {
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

  /** The new one is counted already. */
  function isWelcome(holder: Holder): boolean {
    const prefix = prefixOf(holder.share)
    const isCrowded = !holder.isTrusted && (prefixes.get(prefix) ?? 0) > connections / PREFIX_SHARE
    if (!holder.isTrusted && holder.all.size > connections / ADDRESS_SHARE && !close(holder, 1))
      return false
    if (isCrowded && !makeRoom(holder, ({ share }) => prefixOf(share) === prefix)) return false
    return all <= connections || makeRoom(holder, () => true)
  }

  function makeRoom(holder: Holder, isAmong: (one: Holder) => boolean): boolean {
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
  function close(holder: Holder, most: number): boolean {
    let closed = 0
    for (const socket of holder.idle) {
      if (closed === most) break
      leave(socket, holder)
      socket.destroy()
      closed += 1
    }
    return closed > 0
  }
}

/** A proxy that nobody has told of stands there more often than a stranger. */
const isOwn = (address: string): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(address)

function trustedIn(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return isIPv4(plain) ? list.check(plain) : isIPv6(plain) && list.check(plain, 'ipv6')
  }
}
