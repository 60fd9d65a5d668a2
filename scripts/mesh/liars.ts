/*
 * The rest of the world, all of it an attacker's: run by the machine that has every address (namespaces.ts). Many identities, each in a
 * network of its own, connect with one node and tell it of peers that they have made, each with a record that is signed well; and every
 * dial to any of these is noted.
 *
 *     node --import tsx scripts/mesh/liars.ts ADDRESS-OF-THE-NODE
 *
 * Prints a line of JSON for each dial, `{ to, at }`, and `{ told }` when all has been told once. It runs until it is killed.
 */
// oxlint-disable-next-line import/no-unassigned-import -- first of all
import '../../src/base/node20.ts'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { signPeerRecord } from '../../src/network/exchange/peer-record.ts'
import { peersFrame, PEERS_PER_FRAME } from '../../src/network/frames/catalog-frame.ts'
import { CATALOG } from '../../src/network/frames/wire.ts'
import type { Host } from '../../src/network/hosting/host.ts'
import { openStranger } from './stranger.ts'

const IDENTITIES = 50
const RECORDS_OF_ONE = 100
const PORT = 8001
/** The records of a victim are younger than all others, so that they come first: nearly as far ahead as a clock may be, in milliseconds. */
const YOUNGEST = 590_000
/** One of so many is in the victim's network; one in the house of the node. */
const EVERY_VICTIM = 10
const EVERY_HOUSE = 10
const VICTIM = '99.9.'
const AGAIN = 1_000

/** Where the nth of all made peers says that it is. */
function addressOf(at: number): string {
  if (at % EVERY_VICTIM === 0) return `${VICTIM}${Math.floor(at / EVERY_VICTIM) % 250}.9`
  if (at % EVERY_HOUSE === 1) return at % 20 === 1 ? `10.0.0.${(at % 250) + 1}` : '192.168.0.1'
  return `${100 + Math.floor(at / 250)}.${at % 250}.0.1`
}

const isVictim = (address: string): boolean => address.startsWith(VICTIM)

async function recordOf(at: number): Promise<Uint8Array> {
  const address = addressOf(at)
  const time = Date.now() + (isVictim(address) ? YOUNGEST : 0)
  const addresses = [`/ip4/${address}/tcp/${PORT}`]
  const { bytes } = await signPeerRecord({ addresses, time }, await generateKeyPair('Ed25519'))
  return bytes
}

/** A victim refuses whoever comes, so that the next dial follows at once; with all others nothing happens, so that it is waited for. */
function noteDials(): void {
  createServer((socket) => {
    const to = socket.localAddress ?? ''
    say({ to, at: Date.now() })
    socket.on('error', () => undefined)
    if (isVictim(to)) socket.destroy()
    else socket.resume()
  }).listen(PORT, '0.0.0.0')
}

async function tell(host: Host, to: string, records: readonly Uint8Array[]): Promise<void> {
  const connection = await host.dial(multiaddr(to))
  const stream = await connection.newStream(CATALOG[2])
  const lines = lpStream(stream)
  for (let from = 0; from < records.length; from += PEERS_PER_FRAME)
    await lines.write(peersFrame(records.slice(from, from + PEERS_PER_FRAME)))
  await stream.close()
}

/** Tells, and again whenever the node was away, or hung up. */
async function tellForEver(host: Host, to: string, records: readonly Uint8Array[]): Promise<never> {
  for (;;) {
    if (host.getConnections().length === 0)
      await tell(host, to, records).then(
        () => toldBy.add(host),
        () => Promise.all(host.getConnections().map((one) => one.close())).catch(() => undefined),
      )
    if (toldBy.size === IDENTITIES) sayOnce()
    await sleep(AGAIN)
  }
}

const toldBy = new Set<Host>()
let isSaid = false
function sayOnce(): void {
  if (!isSaid) say({ told: IDENTITIES * RECORDS_OF_ONE })
  isSaid = true
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

const [to = ''] = process.argv.slice(2)
noteDials()
for (let identity = 0; identity < IDENTITIES; identity += 1) {
  const host = await openStranger(`66.${identity}.0.1`)
  const places = Array.from({ length: RECORDS_OF_ONE }, (_, at) => identity + at * IDENTITIES)
  void tellForEver(host, to, await Promise.all(places.map(recordOf)))
}
