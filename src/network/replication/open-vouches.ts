import type { PeerId } from '@libp2p/interface'
import type { State } from '../../state/database.ts'
import { copiedFeeds } from '../../state/copied-feeds.ts'
import {
  type ContactRow,
  contactRows,
  putVouches,
  type VouchRow,
  vouchRows,
} from '../../state/vouches.ts'
import { makeGatheredWrites } from '../heads/gathered-writes.ts'
import type { Host } from '../hosting/host.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { makeVouches, type Vouches } from './vouches.ts'

export interface OpenVouches extends Vouches {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/** How often it is written that a peer is still connected, in milliseconds. */
const EVERY = 3_600_000

type Change =
  | {
      readonly kind: 'vouch'
      readonly feed: string
      readonly peerId: string
      readonly isGone: boolean
    }
  | { readonly kind: 'contact'; readonly peerId: string; readonly at: number }

/**
 * What named peers vouched for before this start, and from now on. Whoever opens the network closes it, which writes the rest.
 * @param onError it cannot be written
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openVouches(
  state: State,
  { host, peers }: { readonly host: Host; readonly peers: RemotePeers },
  onError: (error: unknown) => void,
): Promise<OpenVouches> {
  const writes = makeGatheredWrites<Change>((changes) => {
    const all = [...changes.values()]
    return putVouches(state, {
      vouches: all.filter((change) => change.kind === 'vouch'),
      contacts: all.filter((change) => change.kind === 'contact'),
    })
  }, onError)
  const note = ({ feed, peerId }: VouchRow, isGone: boolean): void =>
    writes.note(`${feed} ${peerId}`, { kind: 'vouch', feed, peerId, isGone })
  const kept = {
    vouches: {
      all: await vouchRows(state),
      put: (row: VouchRow) => note(row, false),
      delete: (row: VouchRow) => note(row, true),
    },
    contacts: {
      all: await contactRows(state),
      put: ({ peerId, at }: ContactRow) => writes.note(peerId, { kind: 'contact', peerId, at }),
    },
  }
  const vouches = makeVouches(kept, peers, Date.now)
  await takeOver(vouches, state, peers)
  const meet = ({ detail }: CustomEvent<PeerId>): void => vouches.contact(detail.toString())
  const meetAll = (): void => {
    for (const peer of host.getPeers()) vouches.contact(peer.toString())
  }
  host.addEventListener('peer:connect', meet)
  host.addEventListener('peer:disconnect', meet)
  const timer = setInterval(meetAll, EVERY)
  timer.unref()
  return {
    ...vouches,
    async close() {
      clearInterval(timer)
      host.removeEventListener('peer:connect', meet)
      host.removeEventListener('peer:disconnect', meet)
      meetAll()
      await writes.close()
    },
  }
}

/** A folder of before has that in the rows of feeds alone, and does not say when anybody was connected: the 30 days begin now. */
async function takeOver(vouches: Vouches, state: State, peers: RemotePeers): Promise<void> {
  const rows = (await copiedFeeds(state)).filter(
    ({ vouched, via }) => vouched && peers.isNamed(via),
  )
  const unknown = new Set(rows.map(({ via }) => via).filter((via) => !vouches.hasMet(via)))
  for (const { key, via } of rows) if (unknown.has(via)) vouches.note(key, via, true)
  for (const peerId of unknown) vouches.contact(peerId)
}
