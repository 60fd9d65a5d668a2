/*
 * Peers tell each other what they hold: all of it when they connect, then what has changed. Gossip is lossy; this is what
 * makes two nodes converge. A peer is told on the second wire if it speaks that one, and else on the first.
 */
import type { PeerId } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import { feedKeyOf } from '../../feeds/format/head.ts'
import {
  evidenceFrame,
  helloFrame,
  MAX_FRAME_BYTES,
  OFFERS_PER_FRAME,
  offersFrame,
  PEERS_PER_FRAME,
  peersFrame,
  statementsFrame,
} from '../frames/catalog-frame.ts'
import { HAVES_PER_FRAME } from '../frames/have-statement.ts'
import { CATALOG, isToldOn, type Wire, WIRES } from '../frames/wire.ts'
import type { Host } from '../hosting/host.ts'
import type { CatalogContents } from './catalog-contents.ts'
import { makeTold, type Told } from './told.ts'

/** For one frame, either way, in milliseconds. */
export const FRAME_PATIENCE = 30_000

/** What changes at once goes together, in milliseconds. */
const GATHER = 200
/** That a feed has grown is known by gossip and by replication itself long before. */
const GATHER_GROWTH = 2_000
/** Even if nothing is known to have changed, in milliseconds, with a third of jitter. */
const PERIOD = 60_000

export interface Catalog {
  /** Something that peers should know has changed. */
  readonly changed: () => void
  /** A feed that they know has grown. */
  readonly grown: () => void
  /** Tells them whenever that feed has grown. */
  readonly watch: (feed: OwnFeed) => void
  readonly close: () => void
}

interface Listener {
  readonly peerId: PeerId
  readonly wire: Wire
  /** What it was told of each feed, by key; of evidence by its bytes; of statements and peers by who says it. */
  readonly told: Told
  isTelling: boolean
  again: boolean
}

/**
 * Tells neighbours what is here, to each one that connects and whenever something has changed: the half of the protocol that
 * speaks. The network closes it.
 */
export async function openCatalog(host: Host, contents: CatalogContents): Promise<Catalog> {
  const listeners = new Map<string, Listener>()
  let gathering: NodeJS.Timeout | undefined
  let due = Infinity
  const stops: (() => void)[] = []
  let closed = false

  async function tell(listener: Listener): Promise<void> {
    if (closed) return
    listener.again = listener.isTelling
    if (listener.isTelling) return
    listener.isTelling = true
    try {
      await push(host, contents, listener)
    } catch {
      // it has gone, or is told at the next period
    } finally {
      listener.isTelling = false
    }
    if (listener.again) await tell(listener)
  }

  function tellAll(): void {
    for (const listener of listeners.values()) void tell(listener)
  }

  function tellWithin(milliseconds: number): void {
    const at = performance.now() + milliseconds
    if (closed || at >= due) return
    clearTimeout(gathering)
    due = at
    gathering = setTimeout(() => {
      due = Infinity
      tellAll()
    }, milliseconds)
    gathering.unref()
  }

  const grown = (): void => tellWithin(GATHER_GROWTH)

  const begin = async (peerId: PeerId, wire: Wire): Promise<void> => {
    if ((await wireOf(host, peerId)) !== wire || host.getConnections(peerId).length === 0) return
    const listener = { peerId, wire, told: makeTold(), isTelling: false, again: false }
    listeners.set(peerId.toString(), listener)
    void tell(listener)
  }
  const end = (peerId: PeerId, wire: Wire): void => {
    if (listeners.get(peerId.toString())?.wire === wire) listeners.delete(peerId.toString())
  }

  const topologies: string[] = []
  for (const wire of WIRES)
    topologies.push(
      await host.register(CATALOG[wire], {
        onConnect: (peerId) => begin(peerId, wire),
        onDisconnect: (peerId) => end(peerId, wire),
      }),
    )
  const period = setInterval(tellAll, PERIOD * (1 + Math.random() / 3))
  period.unref()

  return {
    changed: () => tellWithin(GATHER),
    grown,
    watch: (feed) => void stops.push(feed.onChanged(grown)),
    close() {
      closed = true
      for (const stop of stops) stop()
      clearTimeout(gathering)
      clearInterval(period)
      for (const topology of topologies) host.unregister(topology)
    },
  }
}

/** As if all of it were lost. */
export const NO_CATALOG: Catalog = {
  changed: () => undefined,
  grown: () => undefined,
  watch: () => undefined,
  close: () => undefined,
}

/** By which wire a peer is told, as it has said when it connected. */
async function wireOf(host: Host, peerId: PeerId): Promise<Wire> {
  // it is not kept there if it has just gone
  const peer = await host.peerStore.get(peerId).catch(() => undefined)
  return peer?.protocols.includes(CATALOG[2]) === true ? 2 : 1
}

/** What this peer was not told yet. It counts as told when all of it has gone out. */
async function push(
  host: Host,
  contents: CatalogContents,
  { peerId, wire, told }: Listener,
): Promise<void> {
  const [connection] = host.getConnections(peerId)
  if (connection === undefined) return
  const { isNews, done } = told.begin()
  const hello = helloFrame(wire, contents.hello)
  const frames = isNews('hello', Buffer.from(hello).toString('latin1')) ? [hello] : []
  const entries = (await contents.entries()).filter(
    ({ publicKey, head, originBlock, vouched }) =>
      isToldOn(wire, originBlock) &&
      isNews(feedKeyOf(publicKey), `${head.length} ${head.fork} ${vouched}`),
  )
  for (let at = 0; at < entries.length; at += OFFERS_PER_FRAME)
    frames.push(offersFrame(wire, entries.slice(at, at + OFFERS_PER_FRAME)))
  for (const evidence of contents.evidence())
    if (isNews(Buffer.from(evidence).toString('latin1'), ''))
      frames.push(evidenceFrame(wire, evidence))
  const statements = (wire === 1 ? [] : contents.statements()).filter((one) =>
    isNews(`${one.peerId} ${one.feed}`, String(one.time)),
  )
  for (let at = 0; at < statements.length; at += HAVES_PER_FRAME)
    frames.push(statementsFrame(statements.slice(at, at + HAVES_PER_FRAME)))
  const records = (wire === 1 ? [] : contents.peers(peerId.toString()))
    .filter((one) => isNews(`${one.scope} ${one.peerId}`, String(one.time)))
    .map(({ bytes }) => bytes)
  for (let at = 0; at < records.length; at += PEERS_PER_FRAME)
    frames.push(peersFrame(records.slice(at, at + PEERS_PER_FRAME)))
  if (frames.length === 0) {
    done()
    return
  }
  const stream = await connection.newStream(CATALOG[wire], {
    signal: AbortSignal.timeout(FRAME_PATIENCE),
  })
  const lines = lpStream(stream, { maxDataLength: MAX_FRAME_BYTES })
  for (const frame of frames)
    await lines.write(frame, { signal: AbortSignal.timeout(FRAME_PATIENCE) })
  await stream.close({ signal: AbortSignal.timeout(FRAME_PATIENCE) })
  done()
}
