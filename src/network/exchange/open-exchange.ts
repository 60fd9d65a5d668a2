/*
 * Peer exchange: neighbours tell each other where peers can be dialled that they are or were connected with, and a node that has
 * too few connections dials some of these. A connection is no following: what a learnt peer has is a stranger's.
 */
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { AddressScope } from '../../base/address-scope.ts'
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { State } from '../../state/database.ts'
import type { Host } from '../hosting/host.ts'
import type { Peering } from '../hosting/peering.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { reachOf } from './dial-address.ts'
import { openKeptPeerBook } from './kept-peers.ts'
import { type KnownPeers, makeKnownPeers } from './known-peers.ts'
import { openLearntDials } from './learnt-dials.ts'
import { isShared, type Sharing } from './own-addresses.ts'
import { makeOwnRecords } from './own-records.ts'
import type { PeerRecord } from './peer-record.ts'
import { makeRecordIntake, type RecordIntake } from './record-intake.ts'
import { recordsFor } from './telling.ts'
import { makeTellerTurns } from './teller-turns.ts'

export interface ExchangeParts {
  readonly host: Host
  readonly peers: Pick<RemotePeers, 'isNamed' | 'shareOf'>
  readonly peering: Pick<Peering, 'peers'>
  readonly state: State
  readonly identity: { readonly peerId: string; readonly privateKey: PrivateKey }
  readonly sharing: Sharing
  /** How many connections to keep. */
  readonly connections: number
  /** Name of the private network of this node; empty: none. */
  readonly swarm: string
  /** The operator removed or banned it, or it broke the protocols. */
  readonly isBarred: (peerId: string) => boolean
  /** How often it is looked whom to dial, in milliseconds; as usual if absent. */
  readonly every?: number | undefined
  readonly onError: (error: unknown) => void
}

export interface Exchange extends Pick<RecordIntake, 'hear' | 'gone'> {
  readonly known: Pick<KnownPeers, 'all' | 'get' | 'forget'>
  /** What a connected peer is to be told. */
  readonly recordsFor: (peerId: string) => readonly PeerRecord[]
  /** Is that peer connected because this node chose it, though nobody named it? */
  readonly isChosen: (peerId: string) => boolean
  /** There is something new to tell. */
  readonly news: Signal
  /** Tells where this node is, and dials, from now on: it listens. */
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

/** How often this node looks at its own addresses, in milliseconds. */
const OWN_EVERY = 300_000
const EXPIRY = 3_600_000

/** Dials nobody and signs nothing before it is started. Whoever opens the network closes it. @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function openExchange(parts: ExchangeParts): Promise<Exchange> {
  const { host, peers, state, identity, isBarred, onError } = parts
  const { isNamed } = peers
  const book = await openKeptPeerBook(state, parts.swarm, onError)
  const known = makeKnownPeers({
    peerId: identity.peerId,
    isNamed,
    isBarred,
    kept: book.kept,
    onChanged: book.note,
    now: Date.now,
  })
  const own = makeOwnRecords(
    identity.privateKey,
    () => (isShared(parts.sharing) ? host.getMultiaddrs().map(String) : []),
    Date.now,
  )
  const dials = openLearntDials({ ...parts, isNamed, known })
  const news = makeSignal(onError)
  const reach = (peerId: string): AddressScope | undefined => {
    const [connection] = host.getConnections(peerIdFromString(peerId))
    return connection === undefined ? undefined : reachOf(connection.remoteAddr.toString())
  }
  const intake = makeRecordIntake({
    known,
    turns: makeTellerTurns(isNamed, Date.now),
    shareOf: peers.shareOf,
    reachOf: reach,
    onNews: news.emit,
  })
  const timers: NodeJS.Timeout[] = []

  async function renewOwn(): Promise<void> {
    if (await own.renew()) news.emit()
  }

  function every(milliseconds: number, run: () => void): void {
    const timer = setInterval(run, milliseconds)
    timer.unref()
    timers.push(timer)
  }

  return {
    known,
    news,
    isChosen: dials.isChosen,
    recordsFor(peerId) {
      const connected = new Set(host.getPeers().map(String))
      return recordsFor(
        { peerId, reach: reach(peerId), has: (record) => intake.has(peerId, record) },
        {
          own: own.all(),
          known: known.all(),
          isConnected: (one) => connected.has(one),
          now: Date.now(),
        },
      )
    },
    hear: intake.hear,
    gone: intake.gone,
    async start() {
      await renewOwn()
      every(OWN_EVERY, () => void renewOwn().catch(onError))
      every(EXPIRY, () => {
        for (const peer of host.getPeers()) known.met(peer.toString())
        known.expire()
      })
      dials.start()
    },
    async close() {
      for (const timer of timers) clearInterval(timer)
      await dials.close()
      for (const peer of host.getPeers()) known.met(peer.toString())
      await book.close()
    },
  }
}
