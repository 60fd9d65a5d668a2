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
  /** It is at these addresses, as it said at its URL; in place of what it said there before. */
  readonly point: (url: string, peer: PointedPeer) => void
  /** By peer id or address; `undefined` if it is not on the list. @throws StorageError DISK */
  readonly remove: (peer: string) => Promise<RemovedPeer | undefined>
}

/** Where a URL points. */
export interface PointedPeer {
  /** `undefined`: nowhere any more. */
  readonly peerId: string | undefined
  readonly addresses: readonly string[]
  /** The URL was added while the node ran. */
  readonly isAdded: boolean
}

interface Entry {
  readonly peerId: string
  readonly addresses: Set<string>
  readonly byConfig: Set<string>
  readonly byUrl: Map<string, PointedPeer>
  /** Where it was last. */
  share: string | undefined
}

/**
 * The peers of the configuration, and those that the operator added before this start.
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

  function entryOf(peerId: string): Entry {
    const entry = entries.get(peerId) ?? {
      peerId,
      addresses: new Set(),
      byConfig: new Set(),
      byUrl: new Map(),
      share: undefined,
    }
    entries.set(peerId, entry)
    return entry
  }

  function enter(address: string, byConfig: boolean): void {
    const peerId = peerIdOf(address)
    const entry = entryOf(peerId)
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
    point(url, peer) {
      for (const entry of entries.values())
        if (entry.byUrl.delete(url) && isEmpty(entry)) entries.delete(entry.peerId)
      if (peer.peerId !== undefined) entryOf(peer.peerId).byUrl.set(url, peer)
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
      const isGone = isEmpty(found)
      if (isGone) entries.delete(found.peerId)
      return { peerId: found.peerId, addresses: gone.length, isGone }
    },
  }
}

const isEmpty = ({ addresses, byUrl }: Entry): boolean => addresses.size === 0 && byUrl.size === 0

const named = (entry: Entry): NamedPeer => ({
  peerId: entry.peerId,
  addresses: allAddresses(entry),
  removable: entry.byConfig.size === 0 && [...entry.byUrl.values()].every((one) => one.isAdded),
})

const allAddresses = ({ addresses, byUrl }: Entry): ReadonlySet<string> =>
  new Set([...addresses, ...[...byUrl.values()].flatMap((one) => one.addresses)])

const isAt = (entry: Entry, share: string): boolean =>
  entry.share === share ||
  [...allAddresses(entry)].some((address) => remoteShare(multiaddr(address)) === share)
