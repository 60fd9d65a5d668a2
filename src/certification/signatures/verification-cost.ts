import { AdmissionError } from '../../base/errors.ts'
import { bitLength, type Material } from './key-material.ts'

/**
 * What a verification costs, in units: a fixed table and no clock, so that every node draws the same line, however fast
 * it is. One unit was about a microsecond of the machine on which `npm run bench -- signatures` was measured on 2026-11-30
 * (2 cores, Node 20.20.2); figures are rounded up to what was seen at worst.
 */
interface Cost {
  /** By node:crypto. */
  readonly ours: number
  /** By openpgp.js. */
  readonly theirs: number
}

/** By the curve's title in `curve.ts`. */
const ECDSA: Readonly<Record<string, Cost>> = {
  'NIST P-256': { ours: 150, theirs: 1000 },
  'NIST P-384': { ours: 3000, theirs: 4000 },
  'NIST P-521': { ours: 7000, theirs: 8000 },
  secp256k1: { ours: 1200, theirs: 2000 },
  brainpoolP256r1: { ours: 1200, theirs: 3000 },
  brainpoolP384r1: { ours: 3500, theirs: 5000 },
  brainpoolP512r1: { ours: 6500, theirs: 8000 },
}
const ED25519: Cost = { ours: 150, theirs: 1000 }
const ED448: Cost = { ours: 400, theirs: 10_000 }
/** A key that makes no signatures is asked in vain. */
const NOTHING: Cost = { ours: 0, theirs: 0 }

function costBy(material: Material): Cost {
  switch (material.kind) {
    case 'rsa':
      return rsa(bitLength(material.n), material.e)
    case 'dsa': {
      // two powers with exponents of q's size: 84, 811 and 2180 were measured for 1024, 2048 and 3072 bits
      const ours = Math.ceil(250 * (bitLength(material.p) / 1024) ** 2)
      return { ours, theirs: 15 * ours }
    }
    case 'ecdsa':
      return ECDSA[material.curve.title] ?? { ours: 7000, theirs: 10_000 }
    case 'ed25519':
      return ED25519
    case 'ed448':
      return ED448
    case 'other':
      break
  }
  return NOTHING
}

/** Squarings and multiplications: 363 was measured for 8192 bits with e = 65537, 1670 with e = 2^32 - 1. */
function rsa(bits: number, e: Uint8Array): Cost {
  const steps = e.reduce((sum, octet) => sum + ones(octet), bitLength(e))
  const ours = Math.ceil(10 + (bits / 1024) ** 2 * 0.4 * steps)
  return { ours, theirs: 600 + ours }
}

const ones = (octet: number): number => octet.toString(2).replaceAll('0', '').length

/** One signature by a key with these numbers, in units. */
export const verificationCost = (material: Material): number => costBy(material).ours

/** The same, verified by openpgp.js. */
export const secondCost = (material: Material): number => costBy(material).theirs

/** What it costs openpgp.js to take one signature apart, in units. */
export const READING_COST = 150

/** What it costs to hash something for one signature, in units: the call, and then its octets. */
export const hashingCost = (octets: number): number => 4 + Math.ceil(octets / 400)

/** What reading one key may cost in all, in units: about 200 ms. */
export const KEY_COST = 200_000
/** What reading all keys of one upload may cost together, in units: a small key of a slow kind takes 10 ms, and 1 MiB holds thousands. */
export const UPLOAD_COST = 500_000
/** What the signatures on one document may cost together, in units: a list with 60 signers on the slowest curve. */
export const DOCUMENT_COST = 500_000

export interface VerificationBudget {
  /** @throws AdmissionError KEY_TOO_COSTLY when all of it together passes the limit */
  readonly charge: (units: number) => void
  readonly spent: () => number
}

const FEWER = 'Send it with fewer signatures, or use another kind of key.'

/** Counts units up to `limit`, which is for `what`: "This key", say. `advice` says what to do when it is passed. */
export function makeVerificationBudget(
  limit: number,
  what: string,
  advice: string = FEWER,
): VerificationBudget {
  let spent = 0
  return {
    charge: (units) => {
      spent += units
      if (spent > limit)
        throw new AdmissionError('KEY_TOO_COSTLY', `${what} takes too long to verify. ${advice}`)
    },
    spent: () => spent,
  }
}
