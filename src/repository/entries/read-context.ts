import type { NamedOperators } from '../../certification/agreement/named-operators.ts'
import type { Operator } from '../../certification/policy.ts'
import type { KeepRule } from '../../contract/scope.ts'
import type { Indexes } from '../../indexes/database.ts'
import type { State } from '../../state/database.ts'
import type { KeyringFiles } from '../keys/keyring-files.ts'
import { type Keyring, openKeyring } from '../keys/keyring.ts'
import { type NamedKeys, openNamedKeys } from '../keys/named-keys.ts'
import { openScope, type Scope } from '../scope/scope.ts'
import { type SavedEntries, openSavedEntries } from '../tombstones/saved-entries.ts'
import { openWithheld, type Withheld } from '../tombstones/withheld.ts'
import type { VerificationPool } from '../verification/verification-pool.ts'
import type { KnownFeeds } from './known-feeds.ts'
import {
  type CertificationReader,
  type EntryReader,
  makeReadCertification,
  makeReadEntry,
} from './read-entry.ts'

/** How what the feeds hold is read and verified, and what of it is withheld. */
export interface ReadContext {
  readonly feeds: KnownFeeds
  readonly entries: EntryReader
  readonly certifications: CertificationReader
  readonly keyring: Keyring
  readonly pool: VerificationPool
  readonly withheld: Withheld
  /** What is left of blocks that were cleared. */
  readonly savedEntries: SavedEntries
  /** What is kept of the feeds of others. */
  readonly scope: Scope
  readonly namedKeys: NamedKeys
  /** Whom this node's policy names by them: their word is counted apart from that of others. */
  readonly namedOperators: () => NamedOperators
  readonly now: () => number
}

export interface ReadContextSettings extends Pick<ReadContext, 'feeds' | 'pool' | 'now'> {
  readonly keyringFiles: KeyringFiles
  /** What is kept of the feeds of others; everything, if there is none. */
  readonly keep: readonly KeepRule[]
  /** Whom the policy names. */
  readonly operators: readonly Operator[]
  /** What was done behind somebody's back has failed. */
  readonly onFault: (error: unknown) => void
}

/** @throws StorageError DISK */
export async function openReadContext(
  state: State,
  indexes: Indexes,
  { keyringFiles, keep, operators, onFault, ...settings }: ReadContextSettings,
): Promise<ReadContext> {
  const { feeds, pool } = settings
  const keyring = openKeyring(indexes, keyringFiles, pool)
  const namedKeys = await openNamedKeys(operators, keyring)
  const withheld = await openWithheld(state, onFault)
  const scope = await openScope(keep, { state, keyring, onFault })
  const savedEntries = openSavedEntries(state)
  const entries = makeReadEntry(feeds.of, savedEntries)
  const certifications = makeReadCertification(entries.read, pool)
  return {
    ...settings,
    keyring,
    namedKeys,
    namedOperators: namedKeys.current,
    withheld,
    savedEntries,
    scope,
    entries,
    certifications,
  }
}
