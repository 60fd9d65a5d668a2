import type { KeyPacket } from './key-packet.ts'
import { losses, unassignedIn } from './key-losses.ts'
import type { KeyOmission } from './key-omission.ts'
import { hashFor, isRightFor } from './openpgp.ts'
import { embeddedIn, mayBeOwn, ownSignatures } from './own-signatures.ts'
import { assignSignatures, type AnyTarget, type SignatureTargets } from './signature-targets.ts'
import { confirms, readsAlike, type Authority } from './second-reader.ts'
import { governingSignatures, maySignData } from './self-signature.ts'
import type { SignaturePacket } from './signature-packet.ts'
import type { BareRevocation, TransferableKey } from './transferable-key.ts'
import {
  hashingCost,
  KEY_COST,
  makeVerificationBudget,
  READING_COST,
  secondCost,
  verificationCost,
  type VerificationBudget,
} from './verification-cost.ts'
import type { VerifiedKey } from './verified-key.ts'

export interface VerifiedReading {
  /** `undefined`: no good signature says that it is anybody's. */
  readonly key: VerifiedKey | undefined
  readonly leftOut: readonly KeyOmission[]
  /** Revocations of subkeys that verify on nothing in it: the subkey can come with another copy. */
  readonly unplaced: readonly BareRevocation[]
}

/**
 * Verifies what a key says of itself, twice where it adds authority: what the primary key says of itself and what makes a subkey
 * sign for it must be good to openpgp.js too, else it is left out. What takes away authority counts when it is good to us, and
 * wherever it stands. A function of the octets alone, within `KEY_COST` units in all.
 * @param together charged as well: of all keys that came in one piece
 * @throws AdmissionError KEY_TOO_COSTLY
 */
export async function verifyKey(
  key: TransferableKey,
  together?: VerificationBudget,
): Promise<VerifiedReading> {
  const reader = makeReader(key, together)
  const refused = new Set<SignaturePacket>()
  for (;;) {
    const read = ownSignatures(
      reader.places,
      (signature, place, maker) =>
        !refused.has(signature) && reader.isMadeBy(signature, place, maker),
    )
    const doubted = read === undefined ? [] : await reader.doubted(read.key)
    if (doubted.length === 0) {
      const { unplaced, others } = unassignedIn(key, reader)
      const leftOut = losses(key, { ...reader, read, refused, unassigned: others })
      return { key: read?.key, leftOut, unplaced }
    }
    for (const each of doubted) refused.add(each)
  }
}

/**
 * The same key out of octets that {@link verifyKey} has made: they are taken at their word, and nothing is verified. For
 * readers of what is kept, and to put two kept forms of one key together.
 */
export function verifiedKey(key: TransferableKey): VerifiedKey | undefined {
  return ownSignatures(
    assignSignatures(key, () => true),
    () => true,
  )?.key
}

interface Reader {
  readonly places: SignatureTargets
  readonly isMadeBy: (signature: SignaturePacket, place: AnyTarget, maker: KeyPacket) => boolean
  /** What was computed, and found wrong. */
  readonly wrong: ReadonlySet<SignaturePacket>
  /** Those of what is kept that the second reader reads otherwise; else one that it does not confirm; none in the end. */
  readonly doubted: (key: VerifiedKey) => Promise<readonly SignaturePacket[]>
}

function makeReader(key: TransferableKey, together: VerificationBudget | undefined): Reader {
  const { primary } = key
  const own = makeVerificationBudget(KEY_COST, 'The key')
  const charge: VerificationBudget['charge'] = (units) => {
    own.charge(units)
    together?.charge(units)
  }
  const answers = new Map<AnyTarget, Map<SignaturePacket, boolean>>()
  const wrong = new Set<SignaturePacket>()
  const confirmed = new Map<SignaturePacket, boolean>()
  const alike = new Map<SignaturePacket, boolean>()

  const hashed = (signature: SignaturePacket, signed: readonly Uint8Array[]) => {
    charge(hashingCost(signed.reduce((sum, { length }) => sum + length, 0)))
    return hashFor(signature, signed)
  }

  function isMadeBy(signature: SignaturePacket, place: AnyTarget, maker: KeyPacket): boolean {
    const known = answers.get(place)?.get(signature)
    if (known !== undefined) return known
    const over = hashed(signature, place.signed(signature))
    if (over !== undefined) charge(verificationCost(maker.material))
    const isRight = over !== undefined && isRightFor(signature, maker, over)
    if (!isRight) wrong.add(signature)
    const atPlace = answers.get(place) ?? new Map<SignaturePacket, boolean>()
    answers.set(place, atPlace.set(signature, isRight))
    return isRight
  }

  // Of all that is kept, also where it decides nothing yet: it hides what is older, and that is lost when copies are merged.
  async function readOtherwise(read: VerifiedKey): Promise<readonly SignaturePacket[]> {
    const otherwise: SignaturePacket[] = []
    for (const signature of addingTo(read, places)) {
      let isAlike = alike.get(signature)
      if (isAlike === undefined) {
        charge(READING_COST)
        isAlike = await readsAlike(signature)
        alike.set(signature, isAlike)
      }
      if (!isAlike) otherwise.push(signature)
    }
    return otherwise
  }

  async function doubted(read: VerifiedKey): Promise<readonly SignaturePacket[]> {
    const otherwise = await readOtherwise(read)
    if (otherwise.length > 0) return otherwise
    for (const { authority, maker } of authoritiesOf(read)) {
      let isConfirmed = confirmed.get(authority.signature)
      if (isConfirmed === undefined) {
        charge(secondCost(maker.material))
        isConfirmed = await confirms(authority)
        confirmed.set(authority.signature, isConfirmed)
      }
      if (!isConfirmed) return [authority.signature]
    }
    return []
  }

  const places = assignSignatures(key, (signature, signed) => {
    // what is dropped anyway is not hashed
    if (!mayBeOwn(signature, primary)) return true
    return hashed(signature, signed) !== undefined
  })
  return { places, isMadeBy, wrong, doubted }
}

/** Everything kept that does not take away: with the binding out of which a subkey's agreement was taken. */
function addingTo(key: VerifiedKey, { subkeys }: SignatureTargets): readonly SignaturePacket[] {
  const candidates = new Map(subkeys.map((place) => [place.on, place.candidates]))
  return [
    key.directKey,
    ...key.userIds.map(({ certification }) => certification),
    ...key.subkeys.flatMap(({ key: subkey, binding, backSignature }) => [
      binding,
      backSignature,
      backSignature &&
        candidates.get(subkey)?.find((each) => embeddedIn(each).includes(backSignature)),
    ]),
  ].filter((each) => each !== undefined)
}

interface Asked {
  readonly authority: Authority
  /** Whose signature it is. */
  readonly maker: KeyPacket
}

/** What the primary key says of itself, and by what each subkey may sign for it. */
function authoritiesOf(key: VerifiedKey): readonly Asked[] {
  const { primary } = key
  const { direct, certification } = governingSignatures(key)
  const named = key.userIds.find((userId) => userId.certification === certification)
  return [
    ...(direct === undefined
      ? []
      : [{ authority: { signature: direct, primary, on: {} }, maker: primary }]),
    ...(certification === undefined || named === undefined
      ? []
      : [
          {
            authority: { signature: certification, primary, on: { userId: named.octets } },
            maker: primary,
          },
        ]),
    ...key.subkeys.flatMap(({ key: subkey, binding, backSignature }) =>
      binding === undefined || backSignature === undefined || maySignData(binding) !== true
        ? []
        : [
            { authority: { signature: binding, primary, on: { subkey } }, maker: primary },
            { authority: { signature: backSignature, primary, on: { subkey } }, maker: subkey },
          ],
    ),
  ]
}
