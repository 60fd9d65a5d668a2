/* What this node keeps of the feeds of others: by the rules of its settings, and by the keys that it knows. */
import { makeSignal, type Signal } from '../../base/signal.ts'
import { fingerprintsOf } from '../../certification/agreement/named-operators.ts'
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import type { KeepRule } from '../../contract/scope.ts'
import type { State } from '../../state/database.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type FeedScope, openFeedScope, type ScopedFeed } from './feed-scope.ts'
import { type Keeping, keepingOf, type KeyIdsOf } from './keep-rules.ts'
import { type NewestVersions, newestVersions } from './newest.ts'

export interface Scope {
  /** None: everything is kept. */
  readonly rules: readonly KeepRule[]
  /** `undefined`: all of that feed is kept. The same at each call. @throws StorageError DISK */
  readonly of: (feed: ScopedFeed) => Promise<FeedScope | undefined>
  /** As of now: whoever sweeps makes it for each sweep. */
  readonly newest: () => NewestVersions | undefined
  /** Of a feed that was asked for before. */
  readonly get: (feed: string) => FeedScope | undefined
  /** Keys have become known or have changed: the rules may name others by them. @throws StorageError DISK */
  readonly keysChanged: (keyIds: readonly string[]) => Promise<void>
  /** Other things are kept of that feed than before. */
  readonly changed: Signal<[feed: string]>
  /** Writes what was decided. */
  readonly close: () => Promise<void>
}

export interface ScopeParts {
  readonly state: State
  readonly keyring: Pick<Keyring, 'forKeyId'>
  readonly onFault: (error: unknown) => void
}

/** The repository closes it. @throws StorageError DISK */
export async function openScope(
  rules: readonly KeepRule[],
  { state, keyring, onFault }: ScopeParts,
): Promise<Scope> {
  const changed = makeSignal<[string]>(onFault)
  const opening = new Map<string, Promise<FeedScope>>()
  const opened = new Map<string, { readonly scope: FeedScope; readonly collection: string }>()
  /** By fingerprint of what the rules name. */
  const keyIds = new Map<string, readonly string[]>()
  for (const fingerprint of new Set(rules.flatMap(({ rebuilders = [] }) => rebuilders)))
    keyIds.set(fingerprint, await keyIdsOf(fingerprint, keyring))

  const idsOf: KeyIdsOf = (fingerprints) =>
    fingerprints.flatMap((fingerprint) => keyIds.get(fingerprint) ?? [])
  const keepingIn = (collection: string): Keeping => keepingOf(rules, collection, idsOf)

  async function open(feed: ScopedFeed): Promise<FeedScope> {
    const { key, collection } = feed
    const scope = await openFeedScope(feed, keepingIn(collection), { state, onFault })
    opened.set(key, { scope, collection })
    return scope
  }

  return {
    rules,
    of: async (feed) => {
      if (rules.length === 0) return undefined
      const { key } = feed
      const scope = opening.get(key) ?? open(feed)
      opening.set(key, scope)
      return scope
    },
    newest: () => newestVersions(rules, idsOf),
    get: (feed) => opened.get(feed)?.scope,
    async keysChanged(ids) {
      const concerned = [...keyIds].filter(([, own]) => own.some((one) => ids.includes(one)))
      for (const [fingerprint] of concerned)
        keyIds.set(fingerprint, await keyIdsOf(fingerprint, keyring))
      if (concerned.length === 0) return
      for (const [key, { scope, collection }] of opened) {
        const keeping = keepingIn(collection)
        if (keeping.digest === scope.digest()) continue
        await scope.rekeep(keeping)
        changed.emit(key)
      }
    },
    changed,
    close: async () => {
      await Promise.all([...opened.values()].map(({ scope }) => scope.flush()))
    },
  }
}

/** Its own, which it has whether or not it is known, and those of all keys that sign for the same primary key. */
async function keyIdsOf(
  fingerprint: string,
  keyring: Pick<Keyring, 'forKeyId'>,
): Promise<readonly string[]> {
  const keyId = keyIdOf(fingerprint)
  const known = (await keyring.forKeyId(keyId)).flatMap(({ bytes }) => fingerprintsOf(bytes) ?? [])
  const own = known
    .map(({ primary, subkeys }) => [primary, ...subkeys])
    .filter((all) => all.includes(fingerprint))
  return [...new Set([keyId, ...own.flat().map(keyIdOf)])]
}
