import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { ConfigError } from '../../base/errors.ts'

/**
 * @returns the peer id at its end
 * @throws ConfigError SETTING_INVALID
 */
export function peerIdOf(address: string): string {
  try {
    const parsed: Multiaddr = multiaddr(address)
    const last = parsed.getComponents().at(-1)
    if (last?.name === 'p2p' && last.value !== undefined)
      return peerIdFromString(last.value).toString()
  } catch {
    // said below
  }
  throw new ConfigError(
    'SETTING_INVALID',
    `A peer must be the URL of a node, like https://node.example, or an address with a peer id, like /dns4/node.example/tcp/8001/p2p/12D3KooW…, which it shows at its start, not "${address}".`,
  )
}

/** Why nobody was reached by an address, in words that say what to do, where the reason is a known one. */
export function dialFailure(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(dialFailure))].join('; ')
  const message = error instanceof Error ? error.message : String(error)
  const other = /identity key (\w+) does not match expected/.exec(message)?.[1]
  if (other !== undefined) return `another node answers there: its peer id is ${other}`
  if (message.includes('blocked by gater'))
    return 'it was removed or banned: countersign peers unban lets it in'
  if (/ECONNRESET|UnexpectedEOF|unexpected end/i.test(message))
    return 'it ends the connection at once: it has another swarm-key, or is no node'
  // garbage to one that has another swarm-key is the beginning of something that never ends
  if (/abort|timed? ?out/i.test(message))
    return 'it does not answer in time: something is in the way, or it has another swarm-key'
  return message
}
