/* Whom the policy of this node names, by the keys that it knows: a policy may list a subkey, and means its primary key. */
import {
  fingerprintsOf,
  type KeyFingerprints,
  type NamedOperators,
  namedOperators,
} from '../../certification/agreement/named-operators.ts'
import type { Operator } from '../../certification/policy.ts'
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import type { Keyring } from './keyring.ts'

export interface NamedKeys {
  /** By the keys of this moment. */
  readonly current: () => NamedOperators
  /** To be called whenever the keyring has changed. @returns whether others are named now than before */
  readonly update: (keyIds: readonly string[]) => Promise<boolean>
}

/** @throws StorageError DISK */
export async function openNamedKeys(
  operators: readonly Operator[],
  keyring: Pick<Keyring, 'forKeyId'>,
): Promise<NamedKeys> {
  const listed = new Set(operators.flatMap(({ keys }) => keys))
  /** By key id of what is listed: keys of which it can be a subkey. */
  const known = new Map<string, readonly KeyFingerprints[]>()
  for (const keyId of new Set([...listed].map(keyIdOf))) known.set(keyId, await read(keyId))
  let current = make()

  async function read(keyId: string): Promise<readonly KeyFingerprints[]> {
    const rows = await keyring.forKeyId(keyId)
    const others = rows.filter(({ fingerprint }) => !listed.has(fingerprint))
    return others.flatMap(({ bytes }) => fingerprintsOf(bytes) ?? [])
  }

  function make(): NamedOperators {
    return namedOperators(operators, [...known.values()].flat())
  }

  return {
    current: () => current,
    update: async (keyIds) => {
      const changed = [...known].filter(([keyId, keys]) =>
        [keyId, ...keys.map(({ primary }) => keyIdOf(primary))].some((one) => keyIds.includes(one)),
      )
      if (changed.length === 0) return false
      const before = current.key
      for (const [keyId] of changed) known.set(keyId, await read(keyId))
      current = make()
      return current.key !== before
    },
  }
}
