/* What this node signs of its own addresses: anew when they have changed, and when it is old. */
import { lookup } from 'node:dns/promises'
import type { PrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { RENEWED, sharedAddresses } from './own-addresses.ts'
import { type PeerRecord, type RecordScope, signPeerRecord } from './peer-record.ts'

export interface OwnRecords {
  readonly all: () => readonly PeerRecord[]
  /** Looks at the addresses again. @returns whether something else is said of them than before */
  readonly renew: () => Promise<boolean>
}

/**
 * @param addresses multiaddrs by which this node is reached at the moment
 * @param now milliseconds since 1970
 */
export function makeOwnRecords(
  privateKey: PrivateKey,
  addresses: () => readonly string[],
  now: () => number,
): OwnRecords {
  const records = new Map<RecordScope, PeerRecord>()

  async function renewOne(scope: RecordScope, shared: readonly string[]): Promise<boolean> {
    const before = records.get(scope)
    if (shared.length === 0) return records.delete(scope)
    const isSame = before?.addresses.join(' ') === shared.join(' ')
    if (before !== undefined && isSame && Math.abs(now() - before.time) < RENEWED) return false
    // the later one of two must never be taken for the earlier one
    const time = Math.max(now(), (before?.time ?? 0) + 1)
    records.set(scope, await signPeerRecord({ addresses: shared, time }, privateKey))
    return true
  }

  return {
    all: () => [...records.values()],
    async renew() {
      const found = await Promise.all(addresses().map(withoutName))
      const shared = sharedAddresses(found.flat())
      const isPublic = await renewOne('public', shared.public)
      const isLocal = await renewOne('local', shared.local)
      return isPublic || isLocal
    },
  }
}

/** Families of IP by the protocol that names a host. */
const FAMILIES: Readonly<Record<string, 0 | 4 | 6>> = { dns: 0, dns4: 4, dns6: 6 }

/** Others dial IP addresses alone, so this node looks its own names up. What has none at the moment is not told. */
async function withoutName(address: string): Promise<readonly string[]> {
  const [first] = multiaddr(address).getComponents()
  const family = FAMILIES[first?.name ?? '']
  if (first?.value === undefined || family === undefined) return [address]
  const rest = address.slice(`/${first.name}/${first.value}`.length)
  const found = await lookup(first.value, { all: true, family }).catch(() => [])
  return found.map(({ address: ip, family: version }) => `/ip${version}/${ip}${rest}`)
}
