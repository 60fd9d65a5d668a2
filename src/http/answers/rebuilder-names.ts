import { dearmor } from '../../certification/signatures/armor.ts'
import { userIdsOf } from '../../certification/signatures/public-key.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { Names } from '../pages/elements/references.ts'

/** What these rebuilders call themselves, for a page. Fingerprints repeat, and may be `null`. */
export async function namesOf(
  repository: NodeRepository,
  rebuilders: readonly (string | null)[],
): Promise<Names> {
  const names = new Map<string, string>()
  for (const fingerprint of new Set(rebuilders)) {
    const key = fingerprint === null ? undefined : await repository.key(fingerprint)
    const armored = key === undefined ? undefined : dearmor('PUBLIC KEY BLOCK', Buffer.from(key))
    const [name] = armored === undefined ? [] : userIdsOf(armored.octets)
    if (fingerprint !== null && name !== undefined) names.set(fingerprint, name)
  }
  return names
}
