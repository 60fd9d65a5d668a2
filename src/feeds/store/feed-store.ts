import { hkdfSync } from 'node:crypto'
import { join } from 'node:path'
import type SecretStream from '@hyperswarm/secret-stream'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import crypto, { type KeyPair } from 'hypercore-crypto'
import CoreStorage from 'hypercore-storage'
import { diskError } from '../../base/disk-error.ts'
import { CountersignError, StorageError } from '../../base/errors.ts'
import { CACHE_LIMITS } from '../../base/cache-limits.ts'
import type { OwnFeed, Replica } from '../format/feed.ts'
import { isUnwritten, unwritable } from './core.ts'
import { feedKeyOf } from '../format/head.ts'
import { encodeOrigin, type OriginClaims, type PeerSigner } from '../format/origin.ts'
import { ownFeedOf } from './own-feed.ts'
import { makePushChannels, type PushChannels, type Pushes } from './push-channel.ts'
import { replicaOf } from './replica.ts'

/** Who writes the own feeds. */
export interface FeedOwner extends PeerSigner {
  /** 32 secret bytes: every own feed's key pair comes from them, whatever becomes of the store. */
  readonly feedSeed: Uint8Array
}

export interface FeedStoreSettings {
  readonly readOnly?: boolean
  /** What a peer has sent could not be written: nothing more comes until the store is opened again. */
  readonly onFailure?: ((error: StorageError) => void) | undefined
  /** Whoever listens to a replica has failed, which is our own bug; a warning of the process if absent. */
  readonly onFault?: (error: unknown) => void
}

/**
 * Opens `feeds` below the data folder, and makes it if it is not there. Whoever opens it closes it, and with that every feed.
 * @throws StorageError DATA_IN_USE, DISK
 */
export async function openFeedStore(
  directory: string,
  owner: FeedOwner,
  { readOnly = false, onFailure, onFault = warnOfFault }: FeedStoreSettings = {},
): Promise<FeedStore> {
  const path = join(directory, 'feeds')
  try {
    // to be read it needs neither room nor the lock
    const store = new Corestore(
      new CoreStorage(path, { readOnly, writeBufferSize: CACHE_LIMITS.feedWrites }),
      { readOnly },
    )
    await store.ready()
    return new FeedStore(path, store, { owner, onFailure, onFault })
  } catch (error) {
    throw storageError(error, path)
  }
}

/** All feeds of a node, its own and replicas, in one corestore. It serves every one of them to whoever knows its key. */
export class FeedStore {
  readonly #path: string
  readonly #store: Corestore
  readonly #owner: FeedOwner
  readonly #onFailure: FeedStoreSettings['onFailure']
  readonly #onFault: (error: unknown) => void
  readonly #own = new Map<string, Promise<OwnFeed>>()
  readonly #replicas = new Map<string, Promise<Replica>>()
  readonly #pushes: PushChannels

  /** @param store ready */
  constructor(
    path: string,
    store: Corestore,
    {
      owner,
      onFailure,
      onFault,
    }: Required<Pick<FeedStoreSettings, 'onFailure' | 'onFault'>> & { readonly owner: FeedOwner },
  ) {
    this.#path = path
    this.#store = store
    this.#owner = owner
    this.#onFailure = onFailure
    this.#onFault = onFault
    this.#pushes = makePushChannels(onFault)
  }

  /** Pairs that go to peers, and come from them, unasked. */
  get pushes(): Pushes {
    return this.#pushes
  }

  /**
   * Opens the own feed of a collection. A new feed is empty: write {@link originBlock} to the journal and append it first.
   * @param generation 0 for the first feed; it is one more for each feed that replaces the last, and never goes back
   * @throws StorageError DISK
   */
  own(collection: string, generation: number): Promise<OwnFeed> {
    const name = `${collection}/${generation}`
    return this.#once(this.#own, name, async () => {
      const keyPair = feedKeyPair(this.#owner.feedSeed, name)
      // inactive: it serves its blocks and takes none, not even a head that it did not sign here
      const core = await this.#ready(this.#store.get({ keyPair, active: false }))
      core.core.replicator.eagerUpgrade = false
      this.#pushes.add(core, false)
      return ownFeedOf(core, collection, { keyPair, pushes: this.#pushes })
    })
  }

  /** Makes block 0 of an own feed. It is the same at every call. */
  originBlock(feed: OwnFeed, claims: Omit<OriginClaims, 'collection'>): Promise<Uint8Array> {
    return encodeOrigin(feed.key, { ...claims, collection: feed.collection }, this.#owner)
  }

  /**
   * A replica: another node's feed. It never follows a writer that takes back what it wrote.
   * @param key 64 lower-case hex digits
   * @throws StorageError DISK
   */
  get(key: string, collection: string): Promise<Replica> {
    return this.#once(this.#replicas, key, async () => {
      const open = async (): Promise<Hypercore> => {
        const options = {
          key: Buffer.from(key, 'hex'),
          allowFork: false,
          active: false,
          notDownloadingLinger: 0,
        } as const
        const core = await this.#ready(this.#store.get(options))
        // an own feed that is written no more is one core with its replica
        core.core.replicator.eagerUpgrade = true
        this.#pushes.add(core, true)
        return core
      }
      return replicaOf(await open(), collection, {
        reopen: open,
        pushes: this.#pushes,
        onFailure: this.#onFailure,
        onFault: this.#onFault,
      })
    })
  }

  /** Sends and takes blocks of every feed over a stream to one peer, until the stream ends. */
  replicate(stream: SecretStream): void {
    this.#store.replicate(stream)
  }

  /**
   * Takes what was cleared off the disk for good. Long: it writes anew what stays.
   * @throws StorageError DISK
   */
  async compact(): Promise<void> {
    await this.flush()
    try {
      // numbers of RocksDB's own enums: force the garbage collection of blobs, and the bottommost level
      await this.#store.storage.compact({
        exclusive: true,
        blobGarbageCollectionPolicy: 1,
        blobGarbageCollectionAgeCutoff: 1,
        bottommostLevelCompaction: 2,
      })
    } catch (error) {
      throw storageError(error, this.#path)
    }
  }

  /**
   * Syncs everything that was appended before.
   * @throws StorageError DISK
   */
  async flush(): Promise<void> {
    try {
      await this.#store.storage.db.flush()
    } catch (error) {
      throw storageError(error, this.#path)
    }
  }

  /** Does not flush: what was not flushed is still in the journal. */
  async close(): Promise<void> {
    await this.#store.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** hypercore asks that peer for no more of this core and goes on as if it had lied; nobody else is told. */
  async #ready(core: Hypercore): Promise<Hypercore> {
    await core.ready()
    core.on('verification-error', (error: unknown) => {
      if (isUnwritten(error)) this.#onFailure?.(unwritable(core, error))
    })
    return core
  }

  async #once<F>(feeds: Map<string, Promise<F>>, name: string, open: () => Promise<F>): Promise<F> {
    const opening = feeds.get(name) ?? open()
    feeds.set(name, opening)
    try {
      return await opening
    } catch (error) {
      feeds.delete(name)
      throw storageError(error, this.#path)
    }
  }
}

/** The key that the own feed of a collection has or will have. */
export function ownFeedKey(feedSeed: Uint8Array, collection: string, generation: number): string {
  return feedKeyOf(feedKeyPair(feedSeed, `${collection}/${generation}`).publicKey.toString('hex'))
}

/** HKDF-SHA256 (RFC 5869) without salt: one Ed25519 seed for each own feed. */
function feedKeyPair(feedSeed: Uint8Array, name: string): KeyPair {
  const seed = hkdfSync('sha256', feedSeed, Buffer.alloc(0), `countersign/feed/1/${name}`, 32)
  return crypto.keyPair(Buffer.from(seed))
}

function warnOfFault(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}

function storageError(cause: unknown, path: string): CountersignError {
  if (cause instanceof CountersignError) return cause
  const { code, message } = failure(cause)
  // device-file and fd-lock, which corestore guards its folder with
  if (message.includes('could not be locked'))
    return new StorageError(
      'DATA_IN_USE',
      `Another node uses ${path}; stop it or choose another --data.`,
      { cause },
    )
  if (code === 'DEVICE_FILE')
    return new StorageError(
      'DISK',
      `${path} is a copy or was moved from another disk. Two nodes that write one feed contradict each other: start the node on the original; or, if that is gone for good, run countersign restore --data on this one once.`,
      { cause },
    )
  return diskError(cause, `${path} cannot be used: ${message}.`)
}

function failure(cause: unknown): { readonly code: unknown; readonly message: string } {
  if (!(cause instanceof Error)) return { code: undefined, message: String(cause) }
  return { code: 'code' in cause ? cause.code : undefined, message: cause.message }
}
