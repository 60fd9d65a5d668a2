/* Revocations that came without their keys, as `gpg --gen-revoke` makes them. */
import { withRevocations } from '../certification/signatures/public-key.ts'
import { codeOf } from '../errors.ts'
import type { KeyRow } from '../indexes/keyring.ts'
import type { WaitingRevocation, WaitingRevocations } from '../state/revocations.ts'
import type { Keyring } from './keyring.ts'
import type { KeyAdded } from './repository.ts'
import { OWN_WORK } from './verification-pool.ts'
import type { VerificationPool } from './verification-pool.ts'

export interface BareRevocationParts {
  readonly keyring: Keyring
  readonly pool: Pick<VerificationPool, 'readPublicKeys'>
  readonly place: WaitingRevocations
  readonly learn: (key: KeyRow, share: string) => Promise<void>
  readonly onFault: (error: unknown) => void
}

export interface BareRevocations {
  /** Applies them to the keys that are known, and keeps those of other keys until these come. An answer for each key. */
  readonly take: (all: readonly WaitingRevocation[], share: string) => Promise<readonly KeyAdded[]>
  /** These keys became known or changed: what waits for them is applied soon. */
  readonly applySoon: (keyIds: readonly string[]) => void
  readonly idle: () => Promise<void>
}

const VERIFIES_NOT = 'It is not by this key, or revokes nothing of it.'
const WAITS =
  'Its key is not known here yet. It is kept for 30 days, and applied when the key comes.'

export function makeBareRevocations(parts: BareRevocationParts): BareRevocations {
  const { place } = parts
  let applying: Promise<void> = Promise.resolve()

  async function applyTo(keyId: string, share: string): Promise<void> {
    const waiting = place.of([keyId])
    const keys = await primaryKeys(parts, keyId)
    if (waiting.length === 0 || keys.length === 0) return
    for (const key of keys) await revoke(parts, key, { waiting, share })
    await place.remove(waiting)
  }

  return {
    async take(all, share) {
      const answers: KeyAdded[] = []
      for (const keyId of new Set(all.map((one) => one.keyId))) {
        const waiting = all.filter((one) => one.keyId === keyId)
        const keys = await primaryKeys(parts, keyId)
        for (const key of keys) answers.push(await revoke(parts, key, { waiting, share }))
        if (keys.length > 0) continue
        await place.put(waiting, share)
        const leftOut = [{ what: 'revocation', why: WAITS } as const]
        answers.push({ fingerprint: keyId, added: false, waits: true, released: [], leftOut })
      }
      return answers
    },
    applySoon: (keyIds) => {
      for (const { keyId } of place.of(keyIds))
        applying = applying.then(() => applyTo(keyId, OWN_WORK)).catch(parts.onFault)
    },
    idle: () => applying,
  }
}

/** Only who made a key says that it is revoked: a subkey's id is none of these. */
async function primaryKeys(
  { keyring }: BareRevocationParts,
  keyId: string,
): Promise<readonly KeyRow[]> {
  const keys = await keyring.forKeyId(keyId)
  return keys.filter(({ fingerprint }) =>
    fingerprint.length === 40 ? fingerprint.endsWith(keyId) : fingerprint.startsWith(keyId),
  )
}

async function revoke(
  { pool, keyring, learn }: BareRevocationParts,
  key: KeyRow,
  { waiting, share }: { readonly waiting: readonly WaitingRevocation[]; readonly share: string },
): Promise<KeyAdded> {
  const { fingerprint } = key
  const bodies = waiting.map(({ body }) => body)
  const answer = { fingerprint, waits: false, released: [] }
  try {
    const [revoked] = await pool.readPublicKeys(withRevocations(key.bytes, bodies), share)
    const news = revoked === undefined ? undefined : await keyring.news(revoked, share)
    const isSame = revoked?.digest === key.digest
    if (news !== undefined && !isSame) await learn(news, share)
    const leftOut = isSame ? [{ what: 'revocation', why: VERIFIES_NOT } as const] : []
    return { ...answer, added: news !== undefined && !isSame, leftOut }
  } catch (error) {
    if (codeOf(error) !== 'KEY_TOO_COSTLY' && codeOf(error) !== 'TOO_LARGE') throw error
    const why = 'It takes too long to find out what it revokes.'
    return { ...answer, added: false, leftOut: [{ what: 'revocation', why }] }
  }
}
