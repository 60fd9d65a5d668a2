/* A peer that the operator named by a URL, and what is learnt there. */
import { peerIdFromString } from '@libp2p/peer-id'
import { ConfigError } from '../../base/errors.ts'
import { type ToldNode, toldAddresses } from './told-addresses.ts'

export interface UrlPeer {
  /** Of its HTTP API, without a slash at its end. */
  readonly url: string
  /** Added while the node ran; else it stands in the settings. */
  readonly isAdded: boolean
  /** `undefined`: nobody has answered there yet. */
  readonly peerId: string | undefined
  /** Each with the peer id at its end. */
  readonly addresses: readonly string[]
}

/** On the disk. */
export interface KeptUrls {
  readonly list: () => Promise<readonly UrlPeer[]>
  readonly put: (peer: UrlPeer) => Promise<void>
  readonly remove: (url: string) => Promise<void>
}

/** Asks a node who it is. @throws CountersignError if no node answers */
export type AskNode = (url: string, signal: AbortSignal) => Promise<ToldNode>

/** Of whom nothing is known yet. */
export const unknown = (url: string): UrlPeer => ({
  url,
  isAdded: false,
  peerId: undefined,
  addresses: [],
})

/**
 * What a node says of itself at that URL.
 * @param self peer id of this node
 * @throws what `askNode` throws; ConfigError SETTING_INVALID if that is this node; Error in a sentence if it is not who it was, or listens nowhere
 */
export async function askUrl(
  { url, isAdded, peerId }: UrlPeer,
  { askNode, self }: { readonly askNode: AskNode; readonly self: string },
  signal: AbortSignal,
): Promise<UrlPeer> {
  const node = await askNode(url, signal)
  const said = peerIdFromString(node.peerId).toString()
  if (said === self)
    throw new ConfigError(
      'SETTING_INVALID',
      `${url} is this node itself. Give the URL of another one.`,
    )
  if (peerId !== undefined && said !== peerId)
    throw new Error(
      `${url} says now that its peer id is ${said}; it was ${peerId}. If its operator confirms that, run countersign peers remove ${url}, and add it again.`,
    )
  const addresses = toldAddresses(url, { ...node, peerId: said })
  if (addresses.length === 0)
    throw new Error(`${url} says no address at which it can be dialled: it listens nowhere.`)
  return { url, isAdded, peerId: said, addresses }
}
