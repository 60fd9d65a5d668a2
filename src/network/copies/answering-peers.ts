/* Connected peers that can be asked for blocks. */
import { makeSignal, type Signal } from '../../base/signal.ts'
import { READ_BACK } from '../frames/read-back.ts'
import type { Host } from '../hosting/host.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { type AskedBlocks, type ReadBack, readBack } from './read-back.ts'

export interface AnsweringPeers {
  /** Peer ids. */
  readonly all: () => readonly string[]
  /** Where it is, see `shareOf` of addresses. */
  readonly placeOf: (peerId: string) => string
  readonly readBack: (peerId: string, asked: AskedBlocks) => Promise<readonly ReadBack[]>
}

export interface OpenAnsweringPeers extends AnsweringPeers {
  /** Somebody has come. */
  readonly come: Signal
  readonly close: () => void
}

/**
 * Notes who comes and goes from now on. Whoever opens it closes it, before the host.
 * @param onError whoever was told that somebody has come has failed
 */
export async function openAnsweringPeers(
  host: Host,
  peers: Pick<RemotePeers, 'placeOf' | 'broke'>,
  onError: (error: unknown) => void,
): Promise<OpenAnsweringPeers> {
  const answering = new Set<string>()
  const come = makeSignal(onError)
  const topology = await host.register(READ_BACK, {
    onConnect(peerId) {
      answering.add(peerId.toString())
      come.emit()
    },
    onDisconnect: (peerId) => void answering.delete(peerId.toString()),
  })
  return {
    all: () => [...answering],
    placeOf: peers.placeOf,
    readBack: (peerId, asked) => readBack({ host, peers }, peerId, asked),
    come,
    close: () => host.unregister(topology),
  }
}
