import { AdmissionError } from '../base/errors.ts'
import type { Examination } from './certification.ts'
import type { DialectName } from './dialects/dialect.ts'

/**
 * What a collection takes: any key that verifies; also what cannot be verified yet; only keys of the configured
 * keyrings; or these fingerprints alone (upper-case hex).
 */
export type Admit = 'any' | 'unverified' | 'known-keys' | readonly string[]

/** A named set of certifications. Its dialect decides its path convention: Debian's, or Maven's. */
export interface Collection {
  readonly name: string
  readonly dialect: DialectName
  readonly admit: Admit
}

/** `wait`: nothing unverifiable enters a feed unless the collection says so. */
export type Admission = 'take' | 'wait'

/**
 * Does this node take it into its own feed? Opinion only: an invalid signature never comes this far.
 * @throws AdmissionError REBUILDER_REFUSED
 */
export function admission(
  collection: Collection,
  examination: Extract<Examination, { signature: 'good' | 'key-unknown' }>,
  isConfigured: (fingerprint: string) => boolean,
): Admission {
  const { admit } = collection
  if (examination.signature === 'key-unknown') return admit === 'unverified' ? 'take' : 'wait'
  const { rebuilder } = examination.facts
  const admitted =
    admit === 'any' ||
    admit === 'unverified' ||
    (admit === 'known-keys' ? isConfigured(rebuilder) : admit.includes(rebuilder))
  if (admitted) return 'take'
  throw new AdmissionError(
    'REBUILDER_REFUSED',
    `${collection.name} on this node takes only certifications by keys that its operator has listed; ${rebuilder} is not among them. Another node may take it.`,
  )
}
