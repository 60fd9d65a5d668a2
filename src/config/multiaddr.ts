/*
 * Multiaddrs as settings: only what this node's transport, TCP, can use. Written out, because a command that starts no
 * node must not wait for libp2p. https://github.com/multiformats/multiaddr
 */
import { isIP } from 'node:net'
import { readPublicUrl, ValueError } from './values.ts'

const SHAPE =
  /^\/(ip4|ip6|dns|dns4|dns6)\/([^/\s]{1,253})\/tcp\/(\d{1,5})(?:\/p2p\/([1-9A-HJ-NP-Za-km-z]{46,64}))?$/

interface Multiaddr {
  readonly peerId: string | undefined
  readonly isName: boolean
}

function readMultiaddr(text: string): Multiaddr | undefined {
  const [, protocol = '', host = '', port, peerId] = SHAPE.exec(text) ?? []
  if (Number(port) > 65_535 || port === undefined) return undefined
  if (protocol === 'ip4' && isIP(host) !== 4) return undefined
  if (protocol === 'ip6' && isIP(host) !== 6) return undefined
  const isName = protocol.startsWith('dns')
  if (isName && !/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/.test(host)) return undefined
  return { peerId, isName }
}

/** Of an Ed25519 key, in base58. */
const PEER_ID = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/

/** Where this node listens for peers: `/ip4/0.0.0.0/tcp/8001`; `none` is read by the caller. */
export function readListenAddress(text: string): string {
  if (text === 'none') return text
  const address = readMultiaddr(text)
  if (address === undefined || address.isName || address.peerId !== undefined)
    throw new ValueError('must be like /ip4/0.0.0.0/tcp/8001 or /ip6/::/tcp/8001, or none')
  return text
}

/** A peer to dial: `/dns4/node.example/tcp/8001/p2p/12D3KooW…`, or the URL of its HTTP API. */
export function readPeer(text: string): string {
  if (/^https?:/i.test(text)) return readPublicUrl(text)
  if (readMultiaddr(text)?.peerId === undefined)
    throw new ValueError(
      'must be the URL of a node, like https://node.example, or an address with a peer id, like /dns4/node.example/tcp/8001/p2p/12D3KooW…, which the /status of that node shows',
    )
  return text
}

/** Of one operator, with blanks between them. */
export function readPeerIds(text: string): readonly string[] {
  const peerIds = text.split(/\s+/).filter((one) => one !== '')
  if (peerIds.length === 0 || !peerIds.every((one) => PEER_ID.test(one)))
    throw new ValueError(
      'must be peer ids with a space between them, like 12D3KooW…, which GET /peers shows',
    )
  return peerIds
}

/** Where others reach this node: with or without its own peer id at the end. */
export function readAnnouncedAddress(text: string): string {
  if (readMultiaddr(text) === undefined)
    throw new ValueError('must be like /dns4/node.example/tcp/8001 or /ip4/192.0.2.1/tcp/8001')
  return text
}
