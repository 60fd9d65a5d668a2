import type { Config } from './config/config.ts'
import { closeAll } from './base/close-all.ts'
import type { Disk } from './base/disk.ts'
import { makeControl, openControl } from './http/control/control.ts'
import type { Logger } from './base/logger.ts'
import { type Network, openNetwork } from './network/open-network.ts'
import { addReplica, openData, type OpenData, resumeReplicas } from './open-data.ts'
import type { NodeRepository } from './contract/node-repository.ts'
import { peerAddresses, putPeerAddress, removePeerAddress } from './state/peers.ts'

/** A node but for its public door: what is closed and opened again when a write has failed. */
export interface InnerNode {
  readonly repository: NodeRepository
  readonly peerId: string
  /** Another one whenever its indexes were made anew. */
  readonly epoch: string
  /** By which other nodes reach it. */
  readonly addresses: () => readonly string[]
  /** Those that it had right after it was opened: the next node listens at the same. */
  readonly boundAddresses: readonly string[]
  readonly close: () => Promise<void>
}

export interface InnerSettings {
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Of the indexes of the ready node before it. */
  readonly readyEpoch: string | undefined
}

/**
 * Opens what a node has on disk, its network and the operator's socket. What is open already is closed again if the rest
 * fails. Whoever opens it closes it, in a node {@link openReopening}; the disk is not closed with it.
 * @throws what {@link openData} throws; ConfigError LISTEN_FAILED
 */
export async function openInnerNode(
  config: Config,
  disk: Disk,
  { logger, signal, readyEpoch }: InnerSettings,
): Promise<InnerNode> {
  const closing: (() => Promise<unknown>)[] = []
  try {
    const data = await openData(config, logger, { disk, readyEpoch })
    closing.push(() => data.close())
    signal.throwIfAborted()
    const network = await joinNetwork(config, data, { logger, disk })
    closing.push(network.close)
    data.join(network.view)
    const control = await openControl(config.data, makeControl(data, network, logger))
    closing.push(() => control.close())
    return {
      repository: data.repository,
      peerId: data.identity.peerId,
      epoch: data.epoch,
      addresses: network.view.addresses,
      boundAddresses: network.view.addresses(),
      close: () => closeAll(closing),
    }
  } catch (error) {
    await closeAll(closing).catch(() => undefined)
    throw error
  }
}

/**
 * What a disk that takes nothing still gives: all that is on it can be read. Without the network, whose replicas would grow,
 * and without the operator's door. Whoever opens it closes it; the disk is not closed with it.
 * @throws what {@link openData} throws
 */
export async function openInnerNodeToRead(
  config: Config,
  disk: Disk,
  logger: Logger,
): Promise<InnerNode> {
  const data = await openData(config, logger, { disk, isReading: true })
  try {
    await resumeReplicas(data)
    await data.caughtUp()
  } catch (error) {
    await data.close().catch(() => undefined)
    throw error
  }
  return {
    repository: data.repository,
    peerId: data.identity.peerId,
    epoch: data.epoch,
    addresses: () => [],
    boundAddresses: [],
    close: () => data.close(),
  }
}

function joinNetwork(
  config: Config,
  data: OpenData,
  { logger, disk }: { readonly logger: Logger; readonly disk: Disk },
): Promise<Network> {
  const { state, store, identity } = data
  return openNetwork({
    settings: config.network,
    identity,
    store,
    state,
    keptPeers: {
      list: () => peerAddresses(state),
      add: (address) => putPeerAddress(state, address),
      remove: (address) => removePeerAddress(state, address),
    },
    dialects: new Map(data.collections.map(({ name, dialect }) => [name, dialect])),
    publicUrl: config.publicUrl,
    readOnly: config.readOnly,
    feeds: {
      ownFeeds: () => data.ownFeeds(),
      formerFeeds: () => data.formerFeeds(),
      addReplica: (replica) => addReplica(data, replica),
      choiceOf: (feed) => data.choiceOf(feed),
      rubbish: (feed) => data.rubbish(feed),
      seconded: (feed, others) => data.seconded(feed, others),
      position: (feed) => data.position(feed),
      followed: () => data.followed(),
      withheld: (feed) => data.withheldBlocks(feed),
      isWithheld: (id) => data.isWithheld(id),
      onEvidence: (feed, kind) => {
        data.noteEvidence(feed, kind).catch((error: unknown) => {
          logger.error({ err: error }, 'evidence cannot be told')
        })
      },
      renew: (feed, confirmed) => data.renew(feed, confirmed),
    },
    disk,
    wasReady: data.wasReady,
    logger,
  })
}
