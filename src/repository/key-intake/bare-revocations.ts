/* Revocations that came without their keys, as `gpg --gen-revoke` makes them, or without the subkeys that they are of. */
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import { distinctOmissions, type KeyOmission } from '../../certification/signatures/key-omission.ts'
import { withRevocations } from '../../certification/signatures/public-key.ts'
import { codeOf } from '../../base/errors.ts'
import { makeKeyedMutex } from '../../base/mutex.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import type { WaitingRevocation, WaitingRevocations } from '../../state/revocations.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { KeyAdded } from '../../contract/submission.ts'
import type { ReadContext } from '../entries/read-context.ts'
import type { IndexContext } from '../following/index-context.ts'

/** Makes a key known for good. @param share whose share of the place for keys it takes */
export type Learn = (key: KeyRow, share: string) => Promise<void>

/** What was done for one key. */
export type KeyAnswer = Omit<KeyAdded, 'leftOut'> & { readonly leftOut: readonly KeyOmission[] }

export interface BareRevocations {
  /**
   * Applies them to the keys that are known, and keeps those of other keys, and of subkeys that a known key does not have yet, until
   * these come. An answer for each key.
   */
  readonly take: (all: readonly WaitingRevocation[], share: string) => Promise<readonly KeyAnswer[]>
  /** These keys became known or changed: what waits for them is applied soon. */
  readonly applySoon: (keyIds: readonly string[]) => void
  /** Resolves when what {@link applySoon} was told of this key is done. */
  readonly applied: (fingerprint: string) => Promise<void>
  readonly idle: () => Promise<void>
}

const WAITS =
  'Its key is not known here yet. It is kept for 30 days, and applied when the key comes.'
const WAITS_FOR_SUBKEY =
  'No subkey of this key that is known here is revoked by it. It is kept for 30 days, and applied when the subkey comes.'
const TOO_COSTLY = 'It takes too long to find out what it revokes.'

/** Applies revocations that come without their key. Those that must wait are in the place that it is given. */
export function makeBareRevocations(
  place: WaitingRevocations,
  { reading, onFault }: IndexContext,
  learn: Learn,
): BareRevocations {
  const { keyring } = reading
  const revokedBy = (key: KeyRow, waiting: readonly WaitingRevocation[], share: string) =>
    revokeAll(key, { waiting, share }, { reading, learn })
  /** By key id. */
  const applying = makeKeyedMutex()

  function apply(keyId: string): void {
    applying.run(keyId, () => applyTo(keyId)).catch(onFault)
  }

  /** Apart for each address that sent some: what one sent keeps no other's from being read, and is charged to who sent it. */
  async function applyTo(keyId: string): Promise<void> {
    const all = place.of([keyId])
    const keys = await primaryKeys(keyring, keyId)
    if (all.length === 0 || keys.length === 0) return
    for (const share of new Set(all.map(({ address }) => address))) {
      const waiting = all.filter(({ address }) => address === share)
      const answers: KeyAnswer[] = []
      for (const key of keys) answers.push(await revokedBy(key, waiting, share))
      const staying = unplacedOf(waiting, answers)
      await place.remove(waiting.filter((one) => !staying.includes(one)))
    }
  }

  /** The key, or the same with another subkey, may come at any time: what it says must not depend on what came first. */
  async function keepUnplaced(
    {
      keyId,
      waiting,
      share,
    }: { keyId: string; waiting: readonly WaitingRevocation[]; share: string },
    keys: readonly KeyRow[],
  ): Promise<void> {
    if (waiting.length === 0) return
    await place.put(waiting, share)
    const before = new Set(keys.map(({ digest }) => digest))
    // its key or subkey can have come in the meantime, and has found nothing here
    if ((await primaryKeys(keyring, keyId)).some(({ digest }) => !before.has(digest))) apply(keyId)
    await applying.idle(keyId)
  }

  return {
    async take(all, share) {
      const answers: KeyAnswer[] = []
      for (const keyId of new Set(all.map((one) => one.keyId))) {
        const waiting = all.filter((one) => one.keyId === keyId)
        const keys = await primaryKeys(keyring, keyId)
        const revoked: KeyAnswer[] = []
        for (const key of keys) revoked.push(await revokedBy(key, waiting, share))
        answers.push(...revoked)
        const staying = keys.length === 0 ? waiting : unplacedOf(waiting, revoked)
        await keepUnplaced({ keyId, waiting: staying, share }, keys)
        if (keys.length > 0) continue
        const leftOut = [{ what: 'revocation', why: WAITS } as const]
        answers.push({ fingerprint: keyId, added: false, waits: true, released: [], leftOut })
      }
      return answers
    },
    applySoon: (keyIds) => {
      for (const keyId of new Set(place.of(keyIds).map((one) => one.keyId))) apply(keyId)
    },
    applied: (fingerprint) => applying.idle(keyIdOf(fingerprint)),
    idle: applying.allIdle,
  }
}

/** Only who made a key says that it is revoked: a subkey's id is none of these. */
async function primaryKeys(keyring: Keyring, keyId: string): Promise<readonly KeyRow[]> {
  const keys = await keyring.forKeyId(keyId)
  return keys.filter(({ fingerprint }) => keyIdOf(fingerprint) === keyId)
}

/** RFC 9580 section 5.2.1.12. */
const SUBKEY_REVOCATION = 0x28

/** Those that revoke a subkey which none of these keys had, if some did: all others never take effect, or have. */
function unplacedOf<W extends WaitingRevocation>(
  waiting: readonly W[],
  answers: readonly KeyAnswer[],
): readonly W[] {
  if (answers.every(({ waits }) => waits !== true)) return []
  return waiting.filter(isOfSubkey)
}

const isOfSubkey = ({ body }: WaitingRevocation): boolean => typeOf(body) === SUBKEY_REVOCATION

/** The type of a signature stands behind its version; in version 3 a length stands between them (section 5.2.2). */
const typeOf = (body: Uint8Array): number | undefined => (body[0] === 3 ? body[2] : body[1])

interface Sent {
  readonly waiting: readonly WaitingRevocation[]
  readonly share: string
}

interface How {
  readonly reading: ReadContext
  readonly learn: Learn
}

/** Those of subkeys apart: of them alone one that verifies on nothing yet waits, and the answer says so. */
async function revokeAll(key: KeyRow, { waiting, share }: Sent, how: How): Promise<KeyAnswer> {
  const ofSubkeys = waiting.filter(isOfSubkey)
  const ofKey = waiting.filter((one) => !isOfSubkey(one))
  if (ofSubkeys.length === 0) return revoke(key, { waiting, share }, how)
  const first = await revoke(key, { waiting: ofSubkeys, share }, how)
  if (ofKey.length === 0) return first
  return together(first, await revoke(key, { waiting: ofKey, share }, how))
}

async function revoke(key: KeyRow, { waiting, share }: Sent, how: How): Promise<KeyAnswer> {
  const { pool, keyring } = how.reading
  const { fingerprint } = key
  const bodies = waiting.map(({ body }) => body)
  try {
    const [read] = (await pool.readUpload(withRevocations(key.bytes, bodies), share)).keys
    // else it is known already
    const isNews = read !== undefined && read.key.digest !== key.digest
    const newForm = isNews ? await keyring.newForm(read.key, share) : undefined
    if (newForm !== undefined) await how.learn(newForm, share)
    const waits = (read?.unplaced ?? []).length > 0
    const leftOut = distinctOmissions([
      ...(read?.leftOut ?? []).filter(({ what }) => what === 'revocation'),
      ...(waits ? [{ what: 'revocation', why: WAITS_FOR_SUBKEY } as const] : []),
    ])
    return { fingerprint, waits, released: [], added: newForm !== undefined, leftOut }
  } catch (error) {
    if (codeOf(error) !== 'KEY_TOO_COSTLY' && codeOf(error) !== 'TOO_LARGE') throw error
  }
  if (waiting.length === 1) {
    const leftOut = [{ what: 'revocation', why: TOO_COSTLY } as const]
    return { fingerprint, waits: waiting.some(isOfSubkey), released: [], added: false, leftOut }
  }
  // too many of them must not hide the one that is good
  const middle = Math.ceil(waiting.length / 2)
  const first = await revoke(key, { waiting: waiting.slice(0, middle), share }, how)
  return together(first, await revoke(key, { waiting: waiting.slice(middle), share }, how))
}

/** What was done for one key in two parts. */
export const together = (one: KeyAnswer, other: KeyAnswer): KeyAnswer => ({
  ...one,
  added: one.added || other.added,
  waits: one.waits === true || other.waits === true,
  released: [...one.released, ...other.released],
  leftOut: distinctOmissions([...one.leftOut, ...other.leftOut]),
})
