/* What the operator does with peers: whom this node stays connected with, whom it never meets again, and whom it knows. */
import { peerIdFromString } from '@libp2p/peer-id'
import { ConfigError } from '../base/errors.ts'
import type { Bar, PeerBook } from '../contract/peer-book.ts'
import { peerIdOf } from './hosting/peer-address.ts'
import { isUrl } from './hosting/peering.ts'
import { knownPeerStatuses } from './known-view.ts'
import type { Opened } from './open-modules.ts'

type Parts = Pick<Opened, 'host' | 'named' | 'urls' | 'peering' | 'exchange' | 'barred'>

export function peerBook({ host, named, urls, peering, exchange, barred }: Parts): PeerBook {
  const { known } = exchange
  const isConnected = (peerId: string): boolean =>
    host.getPeers().some((peer) => peer.toString() === peerId)

  /** Before it is hung up: a dial that runs would bring it back. */
  async function bar(peerId: string, how: Bar): Promise<void> {
    await barred.put(peerId, how)
    known.forget(peerId)
    await host.hangUp(peerIdFromString(peerId)).catch(() => undefined)
  }

  /** The peer id that is meant; `undefined` if nobody knows it, or it is none. */
  function idOf(peer: string): string | undefined {
    return isUrl(peer) ? urls.all().find(({ url }) => url === peer)?.peerId : namedBy(peer)
  }

  /** @throws ConfigError SETTING_INVALID */
  async function letIn(peerId: string): Promise<void> {
    if (barred.of(peerId) === 'banned')
      throw new ConfigError(
        'SETTING_INVALID',
        `${peerId} is banned. Let it in first: countersign peers unban ${peerId}`,
      )
    await barred.lift(peerId)
  }

  return {
    async add(peer) {
      const before = idOf(peer)
      if (before !== undefined) await letIn(before)
      const added = await peering.add(peer)
      // who answers at a URL is known only now
      if (added.peerId !== null && added.peerId !== before) {
        if (barred.of(added.peerId) === 'banned') await peering.remove(peer)
        await letIn(added.peerId)
      }
      return added
    },
    async remove(peer) {
      const peerId = idOf(peer)
      const isOfSettings = urls.all().some(({ url, isAdded }) => url === peer && !isAdded)
      const wasNamed = await peering.remove(peer)
      if (peerId === undefined || isOfSettings || named.has(peerId)) return wasNamed
      if (!wasNamed && known.get(peerId) === undefined && !isConnected(peerId)) return false
      if (!barred.has(peerId)) await bar(peerId, 'removed')
      return true
    },
    async ban(peer) {
      const peerId = idOf(peer)
      if (peerId === undefined)
        throw new ConfigError(
          'SETTING_INVALID',
          `"${peer}" is no peer: give a peer id like 12D3KooW…, or an address with one at its end.`,
        )
      if (peerId === host.peerId.toString())
        throw new ConfigError(
          'SETTING_INVALID',
          `${peerId} is this node itself: give the id of another one.`,
        )
      if (named.get(peerId)?.removable === false)
        throw new ConfigError(
          'SETTING_INVALID',
          `${peerId} is in the settings: take it out of the file, the environment or the flags first.`,
        )
      await bar(peerId, 'banned')
      await peering.remove(peerId)
    },
    async unban(peer) {
      const peerId = idOf(peer)
      return peerId !== undefined && barred.lift(peerId)
    },
    known: () => knownPeerStatuses({ host, named, exchange, barred }),
  }
}

/** `undefined` if it is neither a peer id nor an address with one. */
function namedBy(peer: string): string | undefined {
  try {
    return peer.startsWith('/') ? peerIdOf(peer) : peerIdFromString(peer).toString()
  } catch {
    return undefined
  }
}
