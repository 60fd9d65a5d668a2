/* What somebody does who wants others to stay out. Each goes on until its process is killed. */
import { connect, type Socket } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { openCorpus } from '../bench/corpus.ts'
import { makeCheapSigners } from '../bench/signer.ts'
import { sized } from '../bench/sized.ts'
import { submission } from '../bench/submission.ts'
import { openStranger } from '../mesh/stranger.ts'
import { openTellers } from './tellers.ts'

export interface Target {
  readonly url: string
  /** Multiaddr of its door for peers. */
  readonly address: string
  readonly folder: string
  /** Waits when more than half of a processor was used. */
  readonly pace: () => Promise<void>
  /** Says that the attack has begun. */
  readonly begun: () => void
}

/** Of the attacker: others of the same /16 are honest. */
const from = (at: number): string => `127.0.1.${1 + at}`

const IDENTITIES = sized(205, 12)
const TELLERS = sized(4, 1)
const FEEDS_OF_ONE = sized(70, 4)
const FLOOD = sized(1_000, 20)
const SIGNERS = 20

export const ATTACKS: Readonly<Record<string, (target: Target) => Promise<never>>> = {
  'waiting files': async (target) => {
    const corpus = await openCorpus(await makeCheapSigners(SIGNERS))
    for (let at = 0; ; at += 10) {
      for (const { bytes, signature, source } of await corpus.make(8 + at * 10, 10)) {
        const one = from(at % 3)
        if (signature === undefined) {
          // by a key that nobody knows
          send(target, request('POST', '/debian', bytes), one)
          continue
        }
        const path = `/maven/${source}/waits.buildinfo`
        send(target, request('PUT', `${path}${at % 20 === 0 ? '' : '.asc'}`, signature), one)
        send(target, request('PUT', path, bytes), one)
      }
      if (at === 100) target.begun()
      await target.pace()
    }
  },

  'half-open peers': (target) => {
    const port = Number(/\/tcp\/(\d+)/.exec(target.address)?.[1])
    return keepOpen(target, {
      count: 400,
      open: (at) => {
        const socket = connect({ port, host: '127.0.0.1', localAddress: from(at % 8) })
        // half of them begin to say who they are
        if (at % 2 === 0) socket.write(Buffer.from('\x13/multistream/1.0.0\n', 'latin1'))
        return socket
      },
    })
  },

  'askers that hang up': (target) =>
    keepOpen(target, {
      count: 66,
      milliseconds: 400,
      open: (at) => {
        const paths = ['/rebuilders?after=', '/search?q=', '/agreement/debian/']
        const path = `${paths[at % paths.length]}${Math.random().toString(36).slice(2)}`
        return send(target, request('GET', path), from(0))
      },
    }),

  'idle connections': (target) =>
    keepOpen(target, {
      count: sized(4_150, 200),
      open: (at) => connect({ ...there(target), localAddress: from(at % 3) }),
    }),

  'stalled bodies': (target) =>
    keepOpen(target, {
      count: 128,
      open: (at) => {
        const head = `POST /debian HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n`
        return send(target, Buffer.from(`${head}x`), from(at % 8))
      },
    }),

  'identities and feeds': async (target) => {
    await openTellers(target, { count: TELLERS, feeds: FEEDS_OF_ONE, from: from(0) })
    for (let at = 0; ; at += 1) {
      if (at === IDENTITIES) target.begun()
      if (at < IDENTITIES) await dialForEver(target)
      await target.pace()
    }
  },

  'flood of submissions': async (target) => {
    const corpus = await openCorpus(await makeCheapSigners(SIGNERS))
    for (const { publicKey } of corpus.signers)
      send(target, request('POST', '/keys', Buffer.from(publicKey)), from(0))
    let made = 1_000_000
    for (let at = 0; ; at += 1) {
      const requests = (await corpus.make(made, FLOOD)).map(submission)
      made += FLOOD
      if (at === 0) target.begun()
      for (const [index, one] of requests.entries()) {
        send(target, one, from(index % 16))
        if (index % 8 === 0) await target.pace()
      }
    }
  },
}

function there({ url }: Target): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}

function request(method: string, path: string, body?: Uint8Array): Buffer {
  const type =
    body === undefined
      ? ''
      : `Content-Type: application/octet-stream\r\nContent-Length: ${body.length}\r\n`
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${type}\r\n`
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)])
}

/** Nobody reads what is answered. */
function send(target: Target, bytes: Uint8Array, localAddress: string): Socket {
  const socket = connect({ ...there(target), localAddress })
  socket.on('error', () => undefined)
  socket.resume()
  socket.end(bytes)
  return socket
}

/** So many at once; whichever ends is opened again, and each is ended after some milliseconds, if that is said. */
async function keepOpen(
  target: Target,
  how: {
    readonly count: number
    readonly milliseconds?: number
    readonly open: (at: number) => Socket
  },
): Promise<never> {
  let opened = 0
  const sockets = new Set<Socket>()
  for (;;) {
    for (let burst = 0; burst < 50 && sockets.size < how.count; burst += 1) {
      const socket = how.open(opened)
      opened += 1
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => sockets.delete(socket))
      if (how.milliseconds !== undefined)
        setTimeout(() => socket.resetAndDestroy(), how.milliseconds)
    }
    if (opened >= how.count) target.begun()
    await target.pace()
  }
}

/** One more identity that wants a seat. */
async function dialForEver({ address }: Target): Promise<void> {
  const host = await openStranger(from(0))
  const dial = (): void => void host.dial(multiaddr(address)).catch(() => undefined)
  dial()
  // refused or pushed out, it comes again
  setInterval(() => {
    if (host.getConnections().length === 0) dial()
  }, 2_000)
}
