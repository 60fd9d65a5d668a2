import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../../base/errors.ts'

/** Where a server listens. Port 0: the system chooses. */
interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Who waits to be let in, before the kernel turns newcomers away for a second, then for three: what comes in a burst is longer
 * than the 511 that Node takes. Linux has no more than `net.core.somaxconn`, 4,096 by default (listen(2)).
 */
const BACKLOG = 4096

export interface Listening {
  /** By which it is reached from this machine. */
  readonly url: string
  /** Lets nobody in any more but at its first address, which the server closes itself. */
  readonly close: () => Promise<void>
}

/**
 * Listens at every address of `localhost`, at the first one of any other name. Whoever calls it closes what it returns, and
 * then the server.
 * @throws ConfigError LISTEN_FAILED
 */
export async function listen(server: FastifyInstance, { host, port }: Address): Promise<Listening> {
  try {
    const { port: real, close } = await listenAt(server, await addressesOf(host), port)
    const named = isWildcardAddress(host) ? '127.0.0.1' : host
    return { url: `http://${named.includes(':') ? `[${named}]` : named}:${real}`, close }
  } catch (cause) {
    throw new ConfigError('LISTEN_FAILED', `--http: ${listenProblem(cause, { host, port })}`, {
      cause,
    })
  }
}

type Addresses = readonly [string, ...string[]]

/** A server that is asked to listen at `localhost` would make a second one for its second address, without our limits. */
async function addressesOf(host: string): Promise<Addresses> {
  if (host !== 'localhost') return [host]
  const found = await lookup(host, { all: true })
  const [first = '127.0.0.1', ...others] = new Set(found.map(({ address }) => address))
  return [first, ...others]
}

/**
 * One server at several addresses, so that its limits hold for all of them together. An address that this machine does not
 * have is left out, unless it is the first. Whoever calls it closes what it returns, and then the server.
 * @throws what node:net says
 */
export async function listenAt(
  server: FastifyInstance,
  [first, ...others]: Addresses,
  port: number,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  await server.listen({ host: first, port, backlog: BACKLOG })
  const address = server.server.address()
  const real = typeof address === 'object' && address !== null ? address.port : port
  const doors: Server[] = []
  const close = async (): Promise<void> => {
    for (const door of doors) door.close()
  }
  try {
    for (const host of others) {
      const door = await openDoor(server.server, host, real)
      if (door !== undefined) doors.push(door)
    }
  } catch (error) {
    await close()
    throw error
  }
  return { port: real, close }
}

/** Whoever comes there is handed to the server, which takes sockets from anywhere (node:http, event "connection"). */
async function openDoor(server: Server, host: string, port: number): Promise<Server | undefined> {
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
    server.emit('connection', socket)
  })
  try {
    door.listen({ host, port, backlog: BACKLOG })
    await once(door, 'listening')
    return door
  } catch (error) {
    if (isNotHere(error)) return undefined
    throw error
  }
}

const isNotHere = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')

export const isWildcardAddress = (host: string): boolean => host === '::' || host === '0.0.0.0'

/** Why one cannot listen there, and what to do, by the code that the system gave (errno(3)). */
function listenProblem(cause: unknown, { host, port }: Address): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return `${host} port ${port} is taken. Is another node running? Choose another HOST:PORT.`
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine. Choose 127.0.0.1:${port}, or :${port} for all of them.`
    case 'EACCES':
      return `port ${port} needs more rights than this user has. Choose one above 1023, with a proxy in front.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} is not known here. Write an address, like 127.0.0.1:${port}.`
    default: {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return `${host} port ${port} cannot be listened on (${reason}). Choose another HOST:PORT.`
    }
  }
}
