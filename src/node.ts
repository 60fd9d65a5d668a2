import type { Config } from './config.ts'
import { openControl } from './http/control/control.ts'
import { isLoopbackName } from './http/host-guard.ts'
import { isEverywhere, listen } from './http/listen.ts'
import { buildServer } from './http/server.ts'
import type { Logger } from './logger.ts'
import { openNetwork } from './network/open-network.ts'
import type { Network } from './network/open-network.ts'
import { addReplica, openData } from './open-data.ts'
import type { OpenData } from './open-data.ts'
import type { NodeRepository } from './repository/node-repository.ts'
import { peerAddresses, putPeerAddress, removePeerAddress } from './state/peers.ts'

/** A node that serves. */
export interface Node {
  readonly repository: NodeRepository
  /** Where it listens; the port is the real one if 0 was asked for. */
  readonly url: string
  /** At every address of this machine; the url names one of them that works from here. */
  readonly everywhere: boolean
  /** By which other nodes reach it. */
  readonly addresses: readonly string[]
  readonly peerId: string
  /** Takes nothing more, ends what runs, syncs, closes in reverse. Safe to call twice. */
  close(): Promise<void>
}

export interface NodeParts {
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** How long a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT = 30_000
/**
 * Opens a node and lets it listen.
 * @throws what {@link openData} throws; ConfigError LISTEN_FAILED
 */
export async function openNode(config: Config, { logger, signal }: NodeParts): Promise<Node> {
  const closing: (() => Promise<unknown>)[] = []
  let closed: Promise<void> | undefined
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      for (const step of closing.splice(0).toReversed()) await step()
    })())
  try {
    let network: Network | undefined
    const data = await openData(config, logger, { network: () => network?.view })
    closing.push(() => data.close())
    signal.throwIfAborted()
    network = await joinNetwork(config, data, logger)
    closing.push(network.close)
    const control = await openControl(config.data, { repository: data, peers: network, logger })
    closing.push(() => control.close())
    const server = buildServer(data.repository, {
      publicUrl: config.publicUrl,
      trustProxy: config.trustProxy,
      isLoopback: isLoopbackName(config.http.host),
      submissionsPerMinute: config.submissionsPerMinute,
      logLevel: config.logLevel,
      requestTimeout: REQUEST_TIMEOUT,
    })
    closing.push(() => server.close())
    signal.throwIfAborted()
    const url = await listen(server, config.http)
    return {
      repository: data.repository,
      url,
      everywhere: isEverywhere(config.http.host),
      addresses: network.view.addresses(),
      peerId: data.identity.peerId,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function joinNetwork(config: Config, data: OpenData, logger: Logger): Promise<Network> {
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
    dialects: new Map(config.collections.map(({ name, dialect }) => [name, dialect])),
    publicUrl: config.publicUrl,
    readOnly: config.readOnly,
    ownFeeds: () => data.ownFeeds(),
    formerFeeds: () => data.formerFeeds(),
    addReplica: (feed) => addReplica(config, data, feed),
    rubbish: (feed) => data.rubbish(feed),
    seconded: (feed, others) => data.seconded(feed, others),
    position: (feed) => data.position(feed),
    withheld: (feed) => data.withheldBlocks(feed),
    onEvidence: (feed, kind) => {
      data.noteEvidence(feed, kind).catch((error: unknown) => {
        logger.error({ err: error }, 'evidence cannot be told')
      })
    },
    renew: (feed, confirmed) => data.renew(feed, confirmed),
    logger,
  })
}
