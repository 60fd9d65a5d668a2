import type { NetworkView } from '../../contract/following.ts'
import type { NodeEvent } from '../../contract/event.ts'

/** What is asked of the network. */
export type WatchedView = Pick<NetworkView, 'peers' | 'onPeers' | 'isolated' | 'fewCopies'>

/** Who is connected, made once for all who listen. */
export interface PeerWatch {
  /** `number` rises whenever it is another answer. */
  readonly now: () => {
    readonly event: Extract<NodeEvent, { kind: 'peers' }>
    readonly number: number
  }
  readonly close: () => void
}

/**
 * Watches from the first call of `now` on. Whoever calls it closes what it returns.
 * @param network `undefined` as long as it is not open
 * @param onChanged is called when the answer of `now` is another
 */
export function watchPeers(
  network: () => WatchedView | undefined,
  onChanged: () => void,
): PeerWatch {
  let stop: (() => void) | undefined
  let number = 0
  let event: Extract<NodeEvent, { kind: 'peers' }> = {
    kind: 'peers',
    peers: [],
    isolated: false,
    fewCopies: false,
  }

  function look(view: WatchedView): void {
    event = {
      kind: 'peers',
      peers: view
        .peers()
        .filter(({ connected }) => connected)
        .map(({ peerId, direction, configured }) => ({ peerId, direction, configured })),
      isolated: view.isolated(),
      fewCopies: view.fewCopies(),
    }
    number += 1
  }

  return {
    now: () => {
      const view = network()
      if (stop === undefined && view !== undefined) {
        stop = view.onPeers(() => {
          look(view)
          onChanged()
        })
        look(view)
      }
      return { event, number }
    },
    close: () => stop?.(),
  }
}
