import { readKeyName } from '../../base/fingerprint.ts'
import { isStoredEd25519 } from '../../certification/signatures/ed25519-key.ts'
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import { verifiedPublicKey, userIdsOf } from '../../certification/signatures/public-key.ts'
import type { PublicKey } from '../../certification/signatures/public-key.ts'
import type { Indexes } from '../../indexes/database.ts'
import { everyKey, type KeyRow } from '../../indexes/keyring.ts'
import { makePause } from '../work-budget/work-budget.ts'
import type { Keyring } from './keyring.ts'
import type { KeyListing } from '../../contract/node-repository.ts'

/** What one question is answered with. */
const LISTED = 100
/** How many keys a search for words looks at, and how many bytes of them. */
const SEARCHED = 10_000
const SEARCHED_BYTES = 16 * 1024 * 1024

/** The keys of that fingerprint or key id. */
export async function keysNamed(keyring: Keyring, text: string): Promise<readonly KeyRow[]> {
  const name = readKeyName(text)
  if (name === undefined) return []
  if (name.length === 16) return keyring.forKeyId(name)
  const row = await keyring.forFingerprint(name)
  // gpg asks for a subkey by its fingerprint too
  if (row !== undefined) return [row]
  // an in-toto key has no subkeys
  return (await keyring.forKeyId(keyIdOf(name))).filter(({ bytes }) => !isStoredEd25519(bytes))
}

/** By name, or by words of a user id among the first keys of the keyring. */
export async function keyListings(
  indexes: Indexes,
  keyring: Keyring,
  search: string,
): Promise<readonly KeyListing[]> {
  if (readKeyName(search) !== undefined)
    return (await keysNamed(keyring, search)).flatMap(listingOf)
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found: KeyListing[] = []
  const pauseIfDue = makePause()
  let searched = 0
  let bytes = 0
  for await (const row of words.length === 0 ? [] : everyKey(indexes)) {
    await pauseIfDue()
    searched += 1
    bytes += row.bytes.length
    if (searched > SEARCHED || bytes > SEARCHED_BYTES || found.length === LISTED) break
    const text = userIdsOf(row.bytes).join('\n').toLowerCase()
    if (words.every((word) => text.includes(word))) found.push(...listingOf(row))
  }
  return found
}

function listingOf({ bytes }: KeyRow): readonly KeyListing[] {
  const key = verifiedPublicKey(bytes)
  return key === undefined ? [] : [describe(key)]
}

function describe(key: PublicKey): KeyListing {
  const { kind, fingerprint, algorithm, bits, createdAt, expiresAt, revoked, userIds } = key
  return {
    kind,
    fingerprint,
    algorithm,
    bits,
    created: Math.floor(createdAt / 1000),
    expires: expiresAt === undefined ? null : Math.floor(expiresAt / 1000),
    revoked,
    userIds,
  }
}
