import type { KeyPacket } from './key-packet.ts'
import type { VerifiedSubkey, VerifiedUserId } from './verified-key.ts'

/** So much may user ids and subkeys take together, by what they are charged. With the primary key it stays below 64 KiB. */
const BUDGET = 40_960
/** For the packet, its hashed fields and its claimed key id. */
const FIELDS = 512

/** The most that one signature by `key` may take, in octets; without RSA two numbers of 521 bits at most. */
export const signatureAllowance = ({ material }: KeyPacket): number =>
  FIELDS + (material.kind === 'rsa' ? material.n.length : 136)

interface Parts {
  readonly userIds: readonly VerifiedUserId[]
  readonly subkeys: readonly VerifiedSubkey[]
}

interface Charged {
  readonly part: VerifiedUserId | VerifiedSubkey
  readonly octets: Uint8Array
  readonly at: number
  readonly charge: number
}

/**
 * Drops the oldest user ids and subkeys of a key that has too many, so that merging gives the same whatever the
 * order: a part is charged what it may cost at most, not what it costs now; a subkey's rank is when it was made,
 * which never changes, and a user id's rises only with the newest signature, which is all that it has; and the part
 * that passes the limit stays, so that what was dropped below it stays dropped.
 */
export function keptWithinBudget(primary: KeyPacket, { userIds, subkeys }: Parts): Parts {
  const allowance = signatureAllowance(primary)
  const charged: Charged[] = [
    ...userIds.map((part) => ({
      part,
      octets: part.octets,
      at: part.signature.signedAt,
      charge: part.octets.length + allowance,
    })),
    ...subkeys.map((part) => ({
      part,
      octets: part.key.body,
      at: part.key.createdAt,
      // The back-signature can stand in it twice: hashed, and a newer one beside it.
      charge: part.key.body.length + allowance + 2 * signatureAllowance(part.key),
    })),
  ]
  const kept = new Set<Charged['part']>()
  let spent = 0
  for (const { part, charge } of charged.toSorted(newestFirst)) {
    if (spent >= BUDGET) break
    kept.add(part)
    spent += charge
  }
  return {
    userIds: userIds.filter((part) => kept.has(part)),
    subkeys: subkeys.filter((part) => kept.has(part)),
  }
}

const newestFirst = (a: Charged, b: Charged): number =>
  b.at - a.at || Buffer.compare(a.octets, b.octets)
