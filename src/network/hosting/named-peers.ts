/*
 * The peers that the operator named, in the settings or while the node ran, and their addresses. libp2p forgets peers,
 * so the list is ours.
 */
import { multiaddr } from '@multiformats/multiaddr'
import { ConfigError } from '../../base/errors.ts'
import { peerIdOf } from './peer-address.ts'
import { remoteShare } from './remote-share.ts'

/** Addresses that were added while the node ran, on the disk. */
export interface KeptPeers {
  readonly list: () => Promise<readonly string[]>
  readonly add: (address: string) => Promise<void>
  readonly remove: (address: string) => Promise<void>
}

export interface NamedPeer {
  readonly peerId: string
  readonly addresses: ReadonlySet<string>
  /** None of its addresses is in the settings. */
  readonly removable: boolean
}

/** What was taken off the list. */
export interface RemovedPeer {
  readonly peerId: string
  /** How many of its addresses. */
  readonly addresses: number
  /** It has no other. */
  readonly isGone: boolean
}

export interface NamedPeers {
  readonly has: (peerId: string) => boolean
  /** Does one of them have that address? Names are known once they were connected. */
  readonly hasAddress: (share: string) => boolean
  readonly get: (peerId: string) => NamedPeer | undefined
  readonly all: () => readonly NamedPeer[]
  /** It is connected, from there. */
  readonly met: (peerId: string, share: string) => void
  /** @returns its peer id. @throws ConfigError SETTING_INVALID; StorageError DISK */
  readonly add: (address: string) => Promise<string>
  /** By peer id or address; `undefined` if it is not on the list. @throws StorageError DISK */
  readonly remove: (peer: string) => Promise<RemovedPeer | undefined>
}

interface Entry {
  readonly peerId: string
  readonly addresses: Set<string>
  readonly byConfig: Set<string>
  /** Where it was last. */
  share: string | undefined
}

/**
 * @param self peer id of this node
 * @param configured each ends in `/p2p/PEERID`
 * @throws ConfigError SETTING_INVALID; StorageError DISK
 */
export async function openNamedPeers(
  self: string,
  configured: readonly string[],
  kept: KeptPeers,
): Promise<NamedPeers> {
  const entries = new Map<string, Entry>()

  function enter(address: string, byConfig: boolean): void {
    const peerId = peerIdOf(address)
    const entry = entries.get(peerId) ?? {
      peerId,
      addresses: new Set(),
      byConfig: new Set(),
      share: undefined,
    }
    entries.set(peerId, entry)
    entry.addresses.add(address)
    if (byConfig) entry.byConfig.add(address)
  }

  // one file may serve all nodes of an operator, each of which then names itself
  const others = (addresses: readonly string[]): readonly string[] =>
    addresses.filter((address) => peerIdOf(address) !== self)
  for (const address of others(configured)) enter(address, true)
  for (const address of others(await kept.list())) enter(address, false)

  return {
    has: (peerId) => entries.has(peerId),
    hasAddress: (share) => [...entries.values()].some((entry) => isAt(entry, share)),
    get(peerId) {
      const entry = entries.get(peerId)
      return entry === undefined ? undefined : named(entry)
    },
    all: () => [...entries.values()].map(named),
    met(peerId, share) {
      const entry = entries.get(peerId)
      if (entry !== undefined) entry.share = share
    },
    async add(address) {
      const peerId = peerIdOf(address)
      if (peerId === self)
        throw new ConfigError(
          'SETTING_INVALID',
          `${address} is this node itself. Give the address of another one, which that shows at its start.`,
        )
      await kept.add(address)
      enter(address, false)
      return peerId
    },
    async remove(peer) {
      const found = [...entries.values()].find(
        ({ peerId, addresses }) => peerId === peer || addresses.has(peer),
      )
      if (found === undefined) return undefined
      const gone = [...found.addresses].filter((address) => !found.byConfig.has(address))
      for (const address of gone) {
        await kept.remove(address)
        found.addresses.delete(address)
      }
      const isGone = found.addresses.size === 0
      if (isGone) entries.delete(found.peerId)
      return { peerId: found.peerId, addresses: gone.length, isGone }
    },
  }
}

const named = ({ peerId, addresses, byConfig }: Entry): NamedPeer => ({
  peerId,
  addresses,
  removable: byConfig.size === 0,
})

const isAt = (entry: Entry, share: string): boolean =>
  entry.share === share ||
  [...entry.addresses].some((address) => remoteShare(multiaddr(address)) === share)
