import { createServer } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'

/**
 * The default addresses as they can be had on this machine: without IPv6 where there is none, on any free port if
 * another node has the usual one.
 */
export async function usableAddresses(addresses: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    addresses.map(async (address) => ({ address, problem: await problemWith(address) })),
  )
  const isTaken = found.some(({ problem }) => problem === 'EADDRINUSE' || problem === 'EACCES')
  return found
    .filter(({ problem }) => problem !== 'EAFNOSUPPORT' && problem !== 'EADDRNOTAVAIL')
    .map(({ address }) => (isTaken ? address.replace(/\/tcp\/\d+/, '/tcp/0') : address))
}

/** What the system says to a socket there: `undefined` if nothing. */
async function problemWith(address: string): Promise<string | undefined> {
  const parts = multiaddr(address).getComponents()
  const host = parts.find(({ name }) => name === 'ip4' || name === 'ip6')?.value
  const port = parts.find(({ name }) => name === 'tcp')?.value
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port: Number(port), ipv6Only: host?.includes(':') === true }, resolve)
    })
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  } finally {
    server.close()
  }
}
