/* The addresses of this machine's own interfaces, public ones too, are those of this node. */
import type { Multiaddr } from '@multiformats/multiaddr'

/** Of libp2p, as its services get them. */
interface Components {
  readonly addressManager: {
    readonly confirmObservedAddr: (
      address: Multiaddr,
      options: { readonly type: 'transport'; readonly ttl: number },
    ) => void
  }
  /** Where it listens: 0.0.0.0 as all addresses that the machine has at the moment. */
  readonly transportManager: { readonly getAddrs: () => Multiaddr[] }
  readonly events: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
}

/** libp2p starts and stops it with the host. */
export interface OwnInterfaces {
  readonly start: () => void
  readonly stop: () => void
}

/** How often it is looked for new addresses, in milliseconds: those of IPv6 change every day. */
const EVERY = 60_000
const LISTENING = 'transport:listening'

/**
 * A service of libp2p, which hides a public address until another peer has dialled it and said so, by a protocol that this node does not
 * speak: without this a node on a machine with a public address would tell nobody where it is.
 */
export function ownInterfaces({
  addressManager,
  transportManager,
  events,
}: Components): OwnInterfaces {
  let timer: NodeJS.Timeout | undefined

  function confirm(): void {
    for (const address of transportManager.getAddrs())
      addressManager.confirmObservedAddr(address, { type: 'transport', ttl: Infinity })
  }

  return {
    start() {
      events.addEventListener(LISTENING, confirm)
      timer = setInterval(confirm, EVERY)
      timer.unref()
    },
    stop() {
      events.removeEventListener(LISTENING, confirm)
      clearInterval(timer)
    },
  }
}
