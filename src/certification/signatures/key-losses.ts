/* What of a key that somebody sent is not kept, or has no effect. */
import { distinctOmissions, type KeyOmission } from './key-omission.ts'
import { mayBeOwn, type OwnSignatures } from './own-signatures.ts'
import { designatedRevokers, maySignData, statementOf } from './self-signature.ts'
import { canonicalBody, SIGNATURE_TYPE, type SignaturePacket } from './signature-packet.ts'
import { isRevocation, type SignatureTargets } from './signature-targets.ts'
import type { BareRevocation, TransferableKey } from './transferable-key.ts'

/** What verifies on nothing in a key: of that what can verify once a subkey has come, and the rest. */
export function unassignedIn(
  { primary }: TransferableKey,
  {
    places,
    wrong,
  }: { readonly places: SignatureTargets; readonly wrong: ReadonlySet<SignaturePacket> },
) {
  const all = [...places.unassigned, ...wrong]
  const isUnplaced = (one: SignaturePacket): boolean =>
    one.type === SIGNATURE_TYPE.subkeyRevocation && mayBeOwn(one, primary)
  return {
    unplaced: all.filter(isUnplaced).map(toBareRevocation),
    others: all.filter((one) => !isUnplaced(one)),
  }
}

/** Its body is an array of its own: small Buffers share one, which would cross threads with it. */
const toBareRevocation = (signature: SignaturePacket): BareRevocation => ({
  keyId: signature.claimedKeyId,
  body: new Uint8Array(canonicalBody(signature)),
})

export interface KeyReading {
  readonly places: SignatureTargets
  /** What verifies on nothing, and never will. */
  readonly unassigned: readonly SignaturePacket[]
  /** What is kept; `undefined`: nothing. */
  readonly read: OwnSignatures | undefined
  /** Two readers disagree about them. */
  readonly refused: ReadonlySet<SignaturePacket>
}

/** What of a key is not kept, or has no effect, in words. */
export function losses(key: TransferableKey, { places, unassigned, read, refused }: KeyReading) {
  const all: KeyOmission[] = [...key.leftOut]
  const tooLarge = [places.key, ...places.userIds, ...places.subkeys].flatMap(({ candidates }) =>
    candidates.filter((each) => isRevocation(each) && !mayBeOwn(each, key.primary)),
  )
  const bad = [...unassigned, ...tooLarge]
  for (const each of bad.filter(isRevocation))
    all.push({ what: 'revocation', why: `One of ${dayOf(each)} verifies on nothing in this key.` })
  const others = bad.filter((each) => !isRevocation(each)).length
  if (others > 0)
    all.push({ what: 'signature', why: `${others} of its own verify on nothing that is kept.` })
  for (const each of refused)
    all.push({
      what: 'signature',
      why: `Two readers of OpenPGP disagree about one of ${dayOf(each)}: it counts for nothing.`,
    })
  if (read === undefined) return distinctOmissions(all)
  const { key: verified, dropped } = read
  if (dropped.userIds > 0)
    all.push({ what: 'user id', why: `There are too many: ${dropped.userIds} are left out.` })
  if (dropped.subkeys > 0)
    all.push({ what: 'subkey', why: `There are too many: ${dropped.subkeys} are left out.` })
  for (const each of verified.subkeys)
    if (maySignData(each.binding) === true && each.backSignature === undefined)
      all.push({
        what: 'subkey',
        why: `${each.key.keyId} has not signed that it belongs to this key, so it cannot sign for it.`,
      })
  if (!statementOf(verified).isSaid)
    all.push({
      what: 'signature',
      why: 'No signature on the key or a user id says what this key may do. What it signs counts for nothing until one comes: send the whole key.',
    })
  for (const fingerprint of designatedRevokers(verified))
    all.push({
      what: 'designated revoker',
      why: `${fingerprint} may revoke this key. Such revocations are not followed here.`,
    })
  return distinctOmissions(all)
}

const dayOf = ({ signedAt }: SignaturePacket): string =>
  new Date(signedAt).toISOString().slice(0, 10)
