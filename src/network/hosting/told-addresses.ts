/* Where a node is dialled, by what it answers at its URL. */
import { multiaddr } from '@multiformats/multiaddr'
import { isIP } from 'node:net'
import { isLocal, remoteShare } from './remote-share.ts'

/** As many as are tried. */
const MOST = 16

/** What a node says of itself at its URL, as it came. */
export interface ToldNode {
  readonly peerId: string
  readonly addresses: readonly string[]
}

/**
 * The addresses at which to dial it, each with the peer id at its end, 16 at most. Of a node elsewhere those of its own machine and
 * house are left out: here they are others'. The host of its URL is tried too, at the same ports: a node in a container knows only
 * addresses that nobody else has. Whoever answers proves the peer id, so that a wrong address costs a dial and nothing more.
 * @param url of its HTTP API
 */
export function toldAddresses(url: string, { peerId, addresses }: ToldNode): readonly string[] {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const isHere = host === 'localhost' || host.endsWith('.localhost')
  const isNear = isHere || (isIP(host) !== 0 && isLocal(remoteShare(multiaddr(hostPart(host)))))
  const bare = addresses.flatMap((address) => bareAddress(address, peerId))
  const usable = bare.filter(({ address }) => isNear || !isLocal(remoteShare(multiaddr(address))))
  const ports = new Set(bare.map(({ port }) => port))
  const guessed = [...ports].map((port) => `${hostPart(host)}/tcp/${port}`)
  return [...new Set([...usable.map(({ address }) => address), ...guessed])]
    .slice(0, MOST)
    .map((address) => `${address}/p2p/${peerId}`)
}

function hostPart(host: string): string {
  const version = isIP(host)
  if (version === 0) return `/dns/${host}`
  return version === 4 ? `/ip4/${host}` : `/ip6/${host}`
}

const SHAPE =
  /^(\/(?:ip4|ip6|dns|dns4|dns6)\/[^/\s]{1,253}\/tcp\/(\d{1,5}))(?:\/p2p\/(\w{1,128}))?$/

/** Without the peer id, which must be the right one if it is there; none if nobody could dial that. */
function bareAddress(
  text: string,
  peerId: string,
): readonly { readonly address: string; readonly port: number }[] {
  const [, address = '', port, named = peerId] = SHAPE.exec(text) ?? []
  if (port === undefined || named !== peerId) return []
  try {
    multiaddr(address)
  } catch {
    return []
  }
  return [{ address, port: Number(port) }]
}
