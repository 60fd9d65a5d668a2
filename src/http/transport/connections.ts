/* Who is connected, by the address of the socket: one that does nothing gives way to one that is new. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { BlockList, isIPv4, isIPv6, type Socket } from 'node:net'
import { shareOf } from '../../base/address-share.ts'
import { noteArrival } from '../../base/main-thread.ts'
import { type ConnectionHolder, makeConnectionHolders } from './connection-holders.ts'
import { makeConnectionRateLimit } from './connection-rate.ts'
import { limitUnread } from './unread-answers.ts'

export interface ConnectionLimits {
  /** In all. */
  readonly connections: number
  /** Addresses and networks in CIDR notation of proxies, behind which stand many. */
  readonly trustProxy: readonly string[]
}

/**
 * Bounds the connections of a server. One too many closes the longest idle one of whoever holds most (see
 * {@link heavierThan}), be it that of the same address; it is refused only where none is idle.
 */
export function limitConnections(server: Server, { connections, trustProxy }: ConnectionLimits) {
  const isTrusted = trustedIn(trustProxy)
  const isWelcomeNow = makeConnectionRateLimit()
  const holders = makeConnectionHolders(connections)
  const cutUnread = limitUnread(holders.all)
  const owners = new WeakMap<Socket, ConnectionHolder>()
  /** Requests of a connection that have come and are not answered. */
  const asked = new WeakMap<Socket, number>()

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
    const holder = holders.enter(socket, { share, isTrusted: isTrusted(remoteAddress) })
    owners.set(socket, holder)
    socket.once('close', () => holders.leave(socket, holder))
    if (holders.isWelcome(holder)) holder.idle.add(socket)
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
