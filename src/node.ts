import { closeAll } from './base/close-all.ts'
import type { Config } from './config/config.ts'
import { openDisk } from './base/disk.ts'
import { isLoopbackName } from './http/transport/host-guard.ts'
import { isWildcardAddress, listen } from './http/transport/listen.ts'
import { buildServer } from './http/server.ts'
import { openInnerNode, openInnerNodeToRead } from './inner-node.ts'
import type { Logger } from './base/logger.ts'
import { type Former, openReopening } from './reopening.ts'
import type { NodeRepository } from './contract/node-repository.ts'

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

/** How long a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT = 30_000

/**
 * Opens a node and lets it listen. On a disk that takes nothing it answers questions, and goes on by itself when there is
 * room. Whoever opens it closes it.
 * @throws what `openData` throws; ConfigError LISTEN_FAILED
 */
export async function openNode(
  config: Config,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<Node> {
  const closing: (() => Promise<unknown>)[] = []
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= closeAll(closing))
  try {
    const disk = openDisk(config.data, logger)
    closing.push(async () => disk.close())
    const inner = await openReopening(
      {
        open: (former) =>
          openInnerNode(onSamePorts(config, former), disk, {
            logger,
            signal,
            readyEpoch: former.readyEpoch,
          }),
        openToRead: () => openInnerNodeToRead(config, disk, logger),
      },
      disk,
      logger,
    )
    closing.push(inner.close)
    const server = buildServer(inner.repository, {
      publicUrl: config.publicUrl,
      trustProxy: config.trustProxy,
      isLoopback: isLoopbackName(config.http.host),
      submissionsPerMinute: config.submissionsPerMinute,
      logLevel: config.logLevel,
      requestTimeout: REQUEST_TIMEOUT,
    })
    closing.push(() => server.close())
    signal.throwIfAborted()
    const { url, close: shut } = await listen(server, config.http)
    closing.push(shut)
    return {
      repository: inner.repository,
      url,
      everywhere: isWildcardAddress(config.http.host),
      addresses: inner.current().addresses(),
      peerId: inner.current().peerId,
      close,
    }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

/** Who is opened again is found where peers know it, though any port was good before. */
function onSamePorts(config: Config, { boundAddresses: bound }: Former): Config {
  if (bound.length === 0 || config.network.announce.length > 0) return config
  const listening = config.network.listen.map((address) => {
    const family = address.split('/')[1]
    const port = bound.find((one) => one.split('/')[1] === family)?.match(/\/tcp\/(\d+)/)?.[1]
    return port === undefined ? address : address.replace(/\/tcp\/\d+/, `/tcp/${port}`)
  })
  return { ...config, network: { ...config.network, listen: listening } }
}
