/*
 * Peers tell each other what they hold: all of it when they connect, then what has changed. Gossip is lossy; this is what
 * makes two nodes converge.
 */
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { codeOf } from '../../base/errors.ts'
import { malformed } from '../../feeds/format/cbor.ts'
import {
  type CatalogEntry,
  type CatalogFrame,
  evidenceFrame,
  type Hello,
  helloFrame,
  MAX_FRAME_BYTES,
  OFFERS_PER_FRAME,
  offersFrame,
  readCatalogFrame,
} from '../frames/catalog-frame.ts'
import type { Host } from '../hosting/host.ts'
import { feedKeyOf } from '../../feeds/format/head.ts'
import type { KnownOrigins } from '../frames/offer.ts'

export const CATALOG = '/countersign/catalog/1'

/** What changes at once goes together, in milliseconds. */
const GATHER = 200
/** That a feed has grown is known by gossip and by replication itself long before. */
const GATHER_GROWTH = 2_000
/** Even if nothing is known to have changed, in milliseconds, with a third of jitter. */
const PERIOD = 60_000
/** For one frame, either way, in milliseconds. */
const FRAME_PATIENCE = 30_000
/** Of a configured peer in one minute, each with up to 64 offers: 1,000 feeds that change every two seconds are 480. */
const FRAMES_PER_MINUTE = 600
/** Of any other one, and of all of these together: each new head in them costs a verification on the main thread. */
const STRANGE_FRAMES = 120
const STRANGE_FRAMES_IN_ALL = 600

export interface CatalogParts {
  readonly host: Host
  readonly known: KnownOrigins
  readonly isConfigured: (peerId: string) => boolean
  readonly hello: () => Hello
  readonly entries: () => Promise<readonly CatalogEntry[]>
  readonly evidence: () => readonly Uint8Array[]
  readonly onFrame: (peer: PeerId, frame: CatalogFrame) => Promise<void>
  /** It has told all that it had to. */
  readonly onTold: (peer: PeerId) => void
  /** It is not connected any more. */
  readonly onGone: (peer: PeerId) => void
  readonly onFault: (peer: PeerId, reason: string) => void
}

export interface Catalog {
  /** Something that peers should know has changed. */
  readonly changed: () => void
  /** A feed that they know has grown. */
  readonly grown: () => void
  readonly close: () => Promise<void>
}

interface Listener {
  readonly peerId: PeerId
  /** What it was told of each feed, by key; of evidence by its bytes. */
  readonly told: Map<string, string>
  isTelling: boolean
  again: boolean
}

export async function openCatalog(parts: CatalogParts): Promise<Catalog> {
  const { host } = parts
  const listeners = new Map<string, Listener>()
  const frames = new Map<string, number>()
  let strangeFrames = 0
  let gathering: NodeJS.Timeout | undefined
  let due = Infinity
  let closed = false

  async function tell(listener: Listener): Promise<void> {
    if (closed) return
    listener.again = listener.isTelling
    if (listener.isTelling) return
    listener.isTelling = true
    try {
      await push(parts, listener)
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

  async function hear(stream: Stream, { remotePeer }: Connection): Promise<void> {
    const lines = lpStream(stream, { maxDataLength: MAX_FRAME_BYTES })
    const name = remotePeer.toString()
    try {
      for (;;) {
        const bytes = await nextFrame(lines)
        if (bytes === undefined) break
        const count = (frames.get(name) ?? 0) + 1
        frames.set(name, count)
        const isConfigured = parts.isConfigured(name)
        if (count > (isConfigured ? FRAMES_PER_MINUTE : STRANGE_FRAMES))
          throw malformed('there are too many frames')
        if (!isConfigured && ++strangeFrames > STRANGE_FRAMES_IN_ALL) {
          // not this one's fault: it tells all of it again within two minutes
          stream.abort(new Error('others have said too much'))
          return
        }
        await parts.onFrame(remotePeer, await readCatalogFrame(bytes, parts.known))
      }
      parts.onTold(remotePeer)
      await stream.close()
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      const code = codeOf(error)
      if (code === 'ENTRY_SYNTAX' || code === 'SIGNATURE_INVALID')
        parts.onFault(remotePeer, 'sent a catalog that is not what it claims to be')
    }
  }

  await host.handle(CATALOG, hear, { maxInboundStreams: 4 })
  const topology = await host.register(CATALOG, {
    onConnect: (peerId) => {
      const listener = { peerId, told: new Map(), isTelling: false, again: false }
      listeners.set(peerId.toString(), listener)
      void tell(listener)
    },
    onDisconnect: (peerId) => {
      listeners.delete(peerId.toString())
      parts.onGone(peerId)
    },
  })
  const minute = setInterval(() => {
    frames.clear()
    strangeFrames = 0
  }, 60_000)
  const period = setInterval(tellAll, PERIOD * (1 + Math.random() / 3))
  minute.unref()
  period.unref()

  return {
    changed: () => tellWithin(GATHER),
    grown: () => tellWithin(GATHER_GROWTH),
    async close() {
      closed = true
      clearTimeout(gathering)
      clearInterval(minute)
      clearInterval(period)
      host.unregister(topology)
      await host.unhandle(CATALOG)
    },
  }
}

/** What this peer was not told yet. It counts as told when all of it has gone out. */
async function push(parts: CatalogParts, { peerId, told }: Listener): Promise<void> {
  const [connection] = parts.host.getConnections(peerId)
  if (connection === undefined) return
  const news: [key: string, value: string][] = []
  const isNews = (key: string, value: string): boolean => {
    if (told.get(key) === value) return false
    news.push([key, value])
    return true
  }
  const hello = helloFrame(parts.hello())
  const frames = isNews('hello', Buffer.from(hello).toString('latin1')) ? [hello] : []
  const entries = (await parts.entries()).filter(({ publicKey, head, vouched }) =>
    isNews(feedKeyOf(publicKey), `${head.length} ${head.fork} ${vouched}`),
  )
  for (let at = 0; at < entries.length; at += OFFERS_PER_FRAME)
    frames.push(offersFrame(entries.slice(at, at + OFFERS_PER_FRAME)))
  for (const evidence of parts.evidence())
    if (isNews(Buffer.from(evidence).toString('latin1'), '')) frames.push(evidenceFrame(evidence))
  if (frames.length === 0) return
  const stream = await connection.newStream(CATALOG, {
    signal: AbortSignal.timeout(FRAME_PATIENCE),
  })
  const lines = lpStream(stream, { maxDataLength: MAX_FRAME_BYTES })
  for (const frame of frames)
    await lines.write(frame, { signal: AbortSignal.timeout(FRAME_PATIENCE) })
  await stream.close({ signal: AbortSignal.timeout(FRAME_PATIENCE) })
  for (const [key, value] of news) told.set(key, value)
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
