/*
 * The rival of an announcement: libp2p and gossipsub alone, one host in this process, with the same settings as a node's.
 * `ADDRESS…`: dials these; says its address on stdout. A line on stdin publishes; each message that comes is said on
 * stdout as the milliseconds that it took.
 */
// oxlint-disable-next-line import/no-unassigned-import -- first of all
import '../../src/base/node20.ts'
import { createInterface } from 'node:readline'
import { gossipsub } from '@chainsafe/libp2p-gossipsub'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const TOPIC = 'bench'
/** As long as an announcement. */
const PADDING = ' '.repeat(300)

/** Milliseconds since 1970 with their fractions: of all processes of a machine the same. */
const now = (): number => performance.timeOrigin + performance.now()

const host = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 100 },
  connectionGater: { denyDialMultiaddr: () => false },
  services: {
    identify: identify(),
    pubsub: gossipsub({
      emitSelf: false,
      allowPublishToZeroTopicPeers: true,
      // all hosts of this machine have one address, and more than ten such are not heard by default
      scoreParams: { IPColocationFactorWeight: 0 },
    }),
  },
})
const { pubsub } = host.services
pubsub.addEventListener('message', ({ detail }) => {
  const sent = Number(new TextDecoder().decode(detail.data))
  process.stdout.write(`${now() - sent}\n`)
})
pubsub.subscribe(TOPIC)
for (const address of process.argv.slice(2)) await host.dial(multiaddr(address))
process.stdout.write(`${host.getMultiaddrs()[0]?.toString() ?? ''}\n`)
createInterface({ input: process.stdin })
  .on('line', () => void pubsub.publish(TOPIC, new TextEncoder().encode(`${now()}${PADDING}`)))
  .once('close', () => process.exit(0))
