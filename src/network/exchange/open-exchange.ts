/*
 * Peer exchange: neighbours tell each other where peers can be dialled that they are or were connected with, and a node that has
 * too few connections dials some of these. A connection is no following: what a learnt peer has is a stranger's.
 */
import type { PrivateKey } from '@libp2p/interface'
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { State } from '../../state/database.ts'
import type { Host } from '../hosting/host.ts'
import type { Peering } from '../hosting/peering.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { openKeptPeers } from './kept-peers.ts'
import { type Heard, type KnownPeers, makeKnownPeers, type Teller } from './known-peers.ts'
import { openLearntDials } from './learnt-dials.ts'
import { isShared, type Sharing } from './own-addresses.ts'
import { makeOwnRecords } from './own-records.ts'
import type { PeerRecord } from './peer-record.ts'
import { makeRecordIntake, type RecordIntake } from './record-intake.ts'
import { recordsFor } from './telling.ts'
import { makeTellerTurns } from './teller-turns.ts'

export interface ExchangeSettings {
  /** Of this node. */
  readonly privateKey: PrivateKey
  readonly sharing: Sharing
  /** How many connections to keep. */
  readonly connections: number
  /** Name of the private network of this node; empty: none. */
  readonly swarm: string
  /** How often it is looked whom to dial, in milliseconds; as usual if absent. */
  readonly every?: number | undefined
}

/** With whom this node is connected, and where it keeps whom it knows. */
interface Meeting {
  readonly host: Host
  readonly peers: RemotePeers
  readonly peering: Pick<Peering, 'peers'>
  readonly state: State
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

/**
 * Dials nobody and signs nothing before it is started. Whoever opens the network closes it.
 * @param onError what is heard cannot be kept, or whoever was told news has failed
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openExchange(
  { privateKey, sharing, connections, swarm, every: lookEvery }: ExchangeSettings,
  { host, peers, peering, state }: Meeting,
  onError: (error: unknown) => void,
): Promise<Exchange> {
  const kept = await openKeptPeers(state, swarm, onError)
  const known = makeKnownPeers(kept, peers, Date.now)
  const own = makeOwnRecords(
    privateKey,
    () => (isShared(sharing) ? host.getMultiaddrs().map(String) : []),
    Date.now,
  )
  const dials = openLearntDials({ host, known, peering, peers }, connections, lookEvery)
  const news = makeSignal(onError)
  const intake = makeRecordIntake(
    { weigh: known.weigh, take },
    makeTellerTurns(peers.isNamed, Date.now),
    peers,
  )
  const timers: NodeJS.Timeout[] = []

  function take(record: PeerRecord, by: Teller): Heard {
    const heard = known.take(record, by)
    if (heard === 'news') news.emit()
    return heard
  }

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
    recordsFor: (peerId) =>
      recordsFor(
        { peerId, reach: peers.reachOf(peerId), has: (record) => intake.has(peerId, record) },
        { own, known, peers },
        Date.now(),
      ),
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
      await kept.close()
    },
  }
}
