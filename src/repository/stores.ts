/* What a repository is made of, before it is joined together. */
import type { Collection } from '../certification/admission.ts'
import type { Operator } from '../certification/policy.ts'
import type { Disk } from '../base/disk.ts'
import type { FeedStore } from '../feeds/store/feed-store.ts'
import type { Indexes } from '../indexes/database.ts'
import type { State } from '../state/database.ts'
import type { Journal } from '../state/journal.ts'
import type { PostedKeys } from '../state/keys.ts'
import type { WaitingRevocations } from '../state/revocations.ts'
import type { WaitingPlace } from '../state/waiting-place.ts'
import type { KeyringFiles } from './keys/keyring-files.ts'
import type { BlockTimeouts } from './following/missing-blocks.ts'
import type { KeepRule } from '../contract/scope.ts'
import type { Status } from '../contract/status.ts'
import type { VerificationPool } from './verification/verification-pool.ts'

/** What lies on the disk, opened. The one who opened it closes it. */
export interface Stores {
  readonly state: State
  readonly journal: Journal
  readonly posted: PostedKeys
  readonly revocations: WaitingRevocations
  readonly waiting: WaitingPlace
  readonly store: FeedStore
  readonly indexes: Indexes
}

export interface RepositorySettings {
  readonly collections: readonly Collection[]
  readonly keyringFiles: KeyringFiles
  readonly pool: VerificationPool
  readonly now: () => number
  /** After each batch that a follower has written: how far, of how many blocks. */
  readonly onProgress: (done: number, total: number) => void
  readonly onFault: (error: unknown) => void
  /** How long a missing block of a replica is waited for; usual if absent. */
  readonly blockTimeouts?: BlockTimeouts | undefined
  readonly about: Pick<Status, 'version' | 'peerId' | 'startedAt'>
  /** Whose word is counted apart from that of others; nobody's if absent. */
  readonly operators?: readonly Operator[] | undefined
  /** What is kept of the feeds of others; everything if absent. */
  readonly keep?: readonly KeepRule[] | undefined
  /** Writes no feed and takes no submissions. */
  readonly readOnly?: boolean | undefined
  readonly disk: Disk
  /** What is kept was opened to be read, because the disk takes nothing: feeds cannot be written, the rest is thrown away. */
  readonly isReading?: boolean | undefined
  /** These indexes were those of a ready node before they were opened again. */
  readonly wasReady?: boolean | undefined
}
