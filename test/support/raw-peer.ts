import type { Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { CATALOG, type Wire, WIRES } from '../../src/network/frames/wire.ts'
import type { Host } from '../../src/network/hosting/host.ts'
import { openHost } from './host.ts'
import type { TestNode } from './network.ts'
import { until } from './until.ts'

interface HeardFrame {
  readonly wire: Wire
  readonly frame: Uint8Array
}

/** A peer of a node that says what a test says, and keeps what it is told. */
export interface RawPeer {
  readonly host: Host
  readonly heard: readonly HeardFrame[]
  /** One stream of the catalog with these frames, to its end. */
  readonly tell: (wire: Wire, frames: readonly Uint8Array[]) => Promise<void>
  readonly publish: (topic: string, message: Uint8Array) => Promise<void>
  /** As the node counts them; `undefined` if it has no such peer. */
  readonly faults: () => number | undefined
}

export interface RawPeerOptions {
  /** Topics of gossip. */
  readonly topics?: readonly string[]
  /** Catalogs of which it listens to; both if absent. */
  readonly wires?: readonly Wire[]
}

export async function openRawPeer(
  node: TestNode,
  { topics = [], wires = WIRES }: RawPeerOptions = {},
): Promise<RawPeer> {
  const host = await openHost(undefined, topics)
  const heard: HeardFrame[] = []
  for (const wire of wires)
    await host.handle(CATALOG[wire], async (stream) => {
      for await (const frame of framesOf(stream)) heard.push({ wire, frame })
    })
  const { pubsub } = host.services
  for (const topic of topics) pubsub.subscribe(topic)
  const connection = await host.dial(multiaddr(node.address))
  for (const topic of topics) await until(() => pubsub.getSubscribers(topic).length > 0)
  const peerId = host.peerId.toString()
  return {
    host,
    heard,
    async tell(wire, frames) {
      const stream = await connection.newStream(CATALOG[wire])
      const ended = new Promise<void>((resolve) => {
        stream.addEventListener('close', () => resolve(), { once: true })
      })
      const lines = lpStream(stream)
      for (const frame of frames) await lines.write(frame)
      await stream.close()
      await ended
    },
    publish: async (topic, message) => {
      await pubsub.publish(topic, message)
    },
    faults: () => node.network.view.peers().find((peer) => peer.peerId === peerId)?.faults,
  }
}

/** To the end of the stream. */
async function* framesOf(stream: Stream): AsyncGenerator<Uint8Array, void, void> {
  const lines = lpStream(stream)
  for (;;) {
    const frame = await lines.read().catch(() => undefined)
    if (frame === undefined) break
    yield Uint8Array.from(frame.subarray())
  }
  await stream.close()
}
