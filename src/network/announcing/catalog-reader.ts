/*
 * What neighbours tell of what they hold: the half of the protocol of the catalog that listens, on both wires. A frame costs
 * verifications, so each neighbour has its share of them, and of streams, whichever wires it speaks.
 */
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { codeOf } from '../../base/errors.ts'
import { malformed } from '../../feeds/format/cbor.ts'
import { MAX_FRAME_BYTES, readCatalogFrame } from '../frames/catalog-frame.ts'
import type { Host } from '../hosting/host.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { CATALOG, type Wire, WIRES } from '../frames/wire.ts'
import { FRAME_PATIENCE } from './catalog.ts'
import type { CatalogIntake } from './catalog-intake.ts'

/** Of a configured peer in one minute, each with up to 64 offers: 1,000 feeds that change every two seconds are 480. */
const FRAMES_PER_MINUTE = 600
/** Of any other one, and of all of these together: each new head in them costs a verification on the main thread. */
const STRANGE_FRAMES = 120
const STRANGE_FRAMES_IN_ALL = 600

/** Of one peer at once. */
const MOST_STREAMS = 4

export interface CatalogReader {
  readonly close: () => Promise<void>
}

/** Takes catalogs from now on, until it is closed. The network closes it. A frame that breaks the rules counts against its sender. */
export async function openCatalogReader(
  host: Host,
  intake: CatalogIntake,
  peers: Pick<RemotePeers, 'isNamed' | 'broke'>,
): Promise<CatalogReader> {
  const share = openFrameShare(peers.isNamed)

  async function hear(wire: Wire, stream: Stream, remotePeer: PeerId): Promise<void> {
    const lines = lpStream(stream, { maxDataLength: MAX_FRAME_BYTES })
    try {
      for (;;) {
        const bytes = await nextFrame(lines)
        if (bytes === undefined) break
        const room = share.take(remotePeer.toString())
        if (room === 'none') throw malformed('there are too many frames')
        if (room === 'none-for-strangers') {
          // not this one's fault: it tells all of it again within two minutes
          stream.abort(new Error('others have said too much'))
          return
        }
        const frame = await readCatalogFrame(bytes, { wire, skip: intake.onSkipped })
        if (frame !== undefined) await intake.onFrame(remotePeer, frame)
      }
      intake.onTold(remotePeer)
      await stream.close()
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      const code = codeOf(error)
      if (code === 'ENTRY_SYNTAX' || code === 'SIGNATURE_INVALID')
        peers.broke(remotePeer, 'sent a catalog that is not what it claims to be')
    }
  }

  const streams = new Map<string, number>()

  async function hearInTurn(wire: Wire, stream: Stream, remotePeer: PeerId): Promise<void> {
    const peer = remotePeer.toString()
    const open = streams.get(peer) ?? 0
    if (open >= MOST_STREAMS) {
      stream.abort(new Error('there are streams enough'))
      return
    }
    streams.set(peer, open + 1)
    await hear(wire, stream, remotePeer)
    const left = (streams.get(peer) ?? 1) - 1
    if (left > 0) streams.set(peer, left)
    else streams.delete(peer)
  }

  const topologies: string[] = []
  for (const wire of WIRES) {
    const onStream = (stream: Stream, { remotePeer }: Connection): Promise<void> =>
      hearInTurn(wire, stream, remotePeer)
    await host.handle(CATALOG[wire], onStream, { maxInboundStreams: MOST_STREAMS })
    topologies.push(await host.register(CATALOG[wire], { onDisconnect: intake.onGone }))
  }
  return {
    async close() {
      share.close()
      for (const topology of topologies) host.unregister(topology)
      await host.unhandle(Object.values(CATALOG))
    },
  }
}

/** How many frames are read in one minute: of each peer, and of all together whom the operator did not name. */
function openFrameShare(isNamedPeer: (peerId: string) => boolean) {
  const frames = new Map<string, number>()
  let strangeFrames = 0
  const minute = setInterval(() => {
    frames.clear()
    strangeFrames = 0
  }, 60_000)
  minute.unref()
  return {
    /** @returns whether there is room for one more of that peer; or none for it, or none for all strangers */
    take(peerId: string): 'some' | 'none' | 'none-for-strangers' {
      const count = (frames.get(peerId) ?? 0) + 1
      frames.set(peerId, count)
      const isNamed = isNamedPeer(peerId)
      if (count > (isNamed ? FRAMES_PER_MINUTE : STRANGE_FRAMES)) return 'none'
      if (!isNamed && ++strangeFrames > STRANGE_FRAMES_IN_ALL) return 'none-for-strangers'
      return 'some'
    },
    close: () => clearInterval(minute),
  }
}

/** `undefined` at the end of the stream. */
async function nextFrame(
  lines: ReturnType<typeof lpStream<Stream>>,
): Promise<Uint8Array | undefined> {
  try {
    const frame = await lines.read({ signal: AbortSignal.timeout(FRAME_PATIENCE) })
    return frame.subarray()
  } catch (error) {
    if (error instanceof Error && error.name === 'UnexpectedEOFError') return undefined
    throw error
  }
}
