import type { KeyPacket } from './key-packet.ts'
import { lastSignedAt } from './self-signature.ts'
import { READING_COST, secondCost, verificationCost } from './verification-cost.ts'
import type { VerifiedKey, VerifiedSubkey, VerifiedUserId } from './verified-key.ts'

/** User ids and subkeys together may be charged this many octets. With the primary key a key then stays below 64 KiB. */
const OCTETS = 40_960
/**
 * Verifying them may cost this many units. Whoever meets the key again verifies it again, so the sum must stay well below
 * `KEY_COST`: the primary key's own signatures are added to it, and the last part that is taken may pass this limit.
 */
export const TRIMMED_KEY_MAX_COST = 75_000
/** Octets for a packet, its hashed fields and its claimed key id. */
const FIELDS = 512

/** The most that one signature by `key` may take, in octets; without RSA two numbers of 521 bits at most. */
export const signatureAllowance = ({ material }: KeyPacket): number =>
  FIELDS + (material.kind === 'rsa' ? material.n.length : 136)

/** What hangs on a primary key. */
type Attached = Pick<VerifiedKey, 'userIds' | 'subkeys'>

interface Charged {
  readonly part: VerifiedUserId | VerifiedSubkey
  readonly octets: Uint8Array
  readonly at: number
  readonly charge: { readonly octets: number; readonly units: number }
}

/** A certification, and a revocation. */
const PER_USER_ID = 2
/** A binding, and a revocation of either kind. */
const PER_SUBKEY = 3

/** What verifying a subkey can cost at most, in units. */
export const subkeyCost = ({ material }: KeyPacket, subkey: KeyPacket): number =>
  PER_SUBKEY * verificationCost(material) +
  verificationCost(subkey.material) +
  PER_SUBKEY * READING_COST +
  (subkey.material.kind === 'other' ? 0 : secondCost(material) + secondCost(subkey.material))

/**
 * Drops the oldest user ids and subkeys of a key that has too many, so that merging gives the same whatever the
 * order: a part is charged what it may cost at most, not what it costs now; a subkey's rank is when it was made,
 * which never changes, and a user id's rises only with the newest signature of either kind; and the part
 * that passes a limit stays, so that what was dropped below it stays dropped. For the same reason a user id that is kept by its
 * revocation loses a certification that would not be kept by itself.
 */
export function trimToBudget(primary: KeyPacket, { userIds, subkeys }: Attached): Attached {
  const allowance = signatureAllowance(primary)
  const charged: Charged[] = [
    ...userIds.map((part) => ({
      part,
      octets: part.octets,
      at: lastSignedAt(part),
      charge: {
        // few are revoked, and few revocations say much
        octets: part.octets.length + 1.5 * allowance,
        units: PER_USER_ID * verificationCost(primary.material) + READING_COST,
      },
    })),
    ...subkeys.map((part) => ({
      part,
      octets: part.key.body,
      at: part.key.createdAt,
      charge: {
        // The back-signature can stand in it twice: hashed, and a newer one beside it.
        octets: part.key.body.length + allowance + 2 * signatureAllowance(part.key),
        units: subkeyCost(primary, part.key),
      },
    })),
  ]
  const kept = new Set<Charged['part']>()
  const spent = { octets: 0, units: 0 }
  const isFull = (): boolean => spent.octets >= OCTETS || spent.units >= TRIMMED_KEY_MAX_COST
  let last: Rank | undefined
  for (const { part, octets, at, charge } of charged.toSorted(newestFirst)) {
    if (isFull()) break
    kept.add(part)
    last = { octets, at }
    spent.octets += charge.octets
    spent.units += charge.units
  }
  return {
    userIds: userIds
      .filter((part) => kept.has(part))
      .map((part) => (last !== undefined && isFull() ? withoutOlder(part, last) : part)),
    subkeys: subkeys.filter((part) => kept.has(part)),
  }
}

type Rank = Pick<Charged, 'at' | 'octets'>

const newestFirst = (a: Rank, b: Rank): number => b.at - a.at || Buffer.compare(a.octets, b.octets)

function withoutOlder(part: VerifiedUserId, last: Rank): VerifiedUserId {
  const { octets, certification, revocation } = part
  if (certification === undefined || revocation === undefined) return part
  return newestFirst({ octets, at: certification.signedAt }, last) > 0
    ? { octets, revocation }
    : part
}
