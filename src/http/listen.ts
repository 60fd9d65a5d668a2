import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../errors.ts'

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

/**
 * @returns the URL by which it is reached from this machine
 * @throws ConfigError LISTEN_FAILED
 */
export async function listen(server: FastifyInstance, { host, port }: Address): Promise<string> {
  try {
    await server.listen({ host, port, backlog: BACKLOG })
  } catch (cause) {
    throw new ConfigError('LISTEN_FAILED', `--http: ${listenProblem(cause, { host, port })}`, {
      cause,
    })
  }
  const address = server.server.address()
  const real = typeof address === 'object' && address !== null ? address.port : port
  const named = isEverywhere(host) ? '127.0.0.1' : host
  return `http://${named.includes(':') ? `[${named}]` : named}:${real}`
}

export function isEverywhere(host: string): boolean {
  return host === '::' || host === '0.0.0.0'
}

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
