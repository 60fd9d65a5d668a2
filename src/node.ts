import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { ConfigError } from './errors.ts'
import { openFeedStore } from './feeds/feed-store.ts'
import type { FeedStore } from './feeds/feed-store.ts'
import { buildServer } from './http/server.ts'
import { deleteIndexes, openIndexes } from './indexes/database.ts'
import type { Logger } from './logger.ts'
import { openKeyringFiles } from './repository/keyring-files.ts'
import type { NodeRepository } from './repository/node-repository.ts'
import { openRepository } from './repository/open-repository.ts'
import type { OpenRepository } from './repository/open-repository.ts'
import { openVerificationPool } from './repository/verification-pool.ts'
import { openState } from './state/database.ts'
import type { State } from './state/database.ts'
import { openIdentity } from './state/identity.ts'
import type { Identity } from './state/identity.ts'
import { openJournal } from './state/journal.ts'
import { openPostedKeys } from './state/keys.ts'
import { openWaitingPlace } from './state/waiting.ts'

/** A node that serves. */
export interface Node {
  readonly repository: NodeRepository
  /** Where it listens; the port is the real one if 0 was asked for. */
  readonly url: string
  /** At every address of this machine; the url names one of them that works from here. */
  readonly everywhere: boolean
  /** Takes nothing more, ends what runs, syncs, closes in reverse. Safe to call twice. */
  close(): Promise<void>
}

export interface NodeParts {
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** A repository, and what the network needs beside it. */
export interface OpenData extends OpenRepository {
  readonly store: FeedStore
  readonly state: State
  readonly identity: Identity
}

/** How long a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT = 30_000
const HOUR = 3_600_000
/** How often what has waited too long is thrown away, in milliseconds. */
const EXPIRY_INTERVAL = 600_000

/**
 * Everything that a node has on disk, joined to a repository, without a door.
 * @throws StorageError DATA_IN_USE, DATA_FORMAT_UNKNOWN, DISK, JOURNAL_MISMATCH; ConfigError SETTING_INVALID
 */
export async function openData(
  config: Config,
  logger: Logger,
  onProgress: (done: number, total: number) => void,
): Promise<OpenData> {
  const closing: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step()
  }
  try {
    const keyringFiles = await openKeyringFiles(config.keyrings)
    const state = await openState(config.data)
    closing.push(() => state.close())
    const identity = await openIdentity(state)
    const journal = await openJournal(state)
    const posted = await openPostedKeys(state)
    const waiting = await openWaitingPlace(state, Date.now, {
      items: config.waiting.items,
      bytes: config.waiting.bytes,
      time: config.waiting.hours * HOUR,
    })
    const store = await openFeedStore(config.data, identity)
    closing.push(() => store.close())
    const indexes = await openIndexes(join(config.data, 'indexes'))
    closing.push(() => indexes.close())
    const pool = openVerificationPool(config.verificationThreads)
    closing.push(() => pool.close())
    const opened = await openRepository(
      { state, journal, posted, waiting, store, indexes },
      {
        collections: config.collections,
        keyringFiles,
        pool,
        now: Date.now,
        onProgress,
        onFault: (error) => logger.error({ err: error }, 'a follower has stopped'),
        about: {
          version: readVersion(),
          peerId: identity.peerId,
          startedAt: new Date().toISOString(),
        },
      },
    )
    closing.push(() => opened.close())
    const expiry = setInterval(() => {
      waiting.expire().catch((error: unknown) => logger.error({ err: error }, 'nothing expires'))
    }, EXPIRY_INTERVAL)
    expiry.unref()
    closing.push(async () => clearInterval(expiry))
    return { ...opened, store, state, identity, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Opens a node and lets it listen.
 * @throws what {@link openData} throws; ConfigError LISTEN_FAILED
 */
export async function openNode(config: Config, { logger, signal }: NodeParts): Promise<Node> {
  const data = await openData(config, logger, () => undefined)
  const server = buildServer(data.repository, {
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    submissionsPerMinute: config.submissionsPerMinute,
    logLevel: config.logLevel,
    requestTimeout: REQUEST_TIMEOUT,
  })
  try {
    signal.throwIfAborted()
    const url = await listen(server, config.http)
    const everywhere = isEverywhere(config.http.host)
    let closed: Promise<void> | undefined
    const close = async (): Promise<void> => {
      await server.close()
      await data.close()
    }
    return { repository: data.repository, url, everywhere, close: () => (closed ??= close()) }
  } catch (error) {
    await server.close()
    await data.close()
    throw error
  }
}

/** Deletes the indexes of a stopped node and builds them again from its feeds. */
export async function reindex(
  config: Config,
  logger: Logger,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  // the lock of a running node is its state: without it the indexes must not be touched
  const state = await openState(config.data)
  try {
    await deleteIndexes(join(config.data, 'indexes'))
  } finally {
    await state.close()
  }
  const data = await openData(config, logger, onProgress)
  try {
    await data.caughtUp()
  } finally {
    await data.close()
  }
}

async function listen(
  server: ReturnType<typeof buildServer>,
  { host, port }: Config['http'],
): Promise<string> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    throw new ConfigError('LISTEN_FAILED', `--http: ${listenProblem(cause, { host, port })}`, {
      cause,
    })
  }
  const address = server.server.address()
  const real = typeof address === 'object' && address !== null ? address.port : port
  const named = isEverywhere(host) ? '127.0.0.1' : host
  return `http://${named.includes(':') ? `[${named}]` : named}:${real}`
}

function isEverywhere(host: string): boolean {
  return host === '::' || host === '0.0.0.0'
}

/** Why one cannot listen there, and what to do, by the code that the system gave (errno(3)). */
function listenProblem(cause: unknown, { host, port }: Config['http']): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return `${host} port ${port} is taken. Is another node running? Choose another HOST:PORT.`
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine. Choose 127.0.0.1:${port}, or :${port} for all of them.`
    case 'EACCES':
      return `port ${port} needs more rights than this user has. Choose one above 1023, with a proxy in front.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} is not known here. Write an address, like 127.0.0.1:${port}.`
    default: {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return `${host} port ${port} cannot be listened on (${reason}). Choose another HOST:PORT.`
    }
  }
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}
