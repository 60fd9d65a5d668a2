import type { Examination } from '../../certification/certification.ts'
import { VerificationError } from '../../base/errors.ts'

/**
 * Where nobody is known to have signed it and somebody known has not, it was changed: the rest must not wait for its keys.
 * @throws VerificationError SIGNATURE_INVALID, SIGNER_UNAUTHORIZED
 */
export function refuseForged(examinations: readonly Examination[]): void {
  if (examinations.some(({ signature }) => signature === 'good')) return
  for (const one of examinations)
    if (one.signature === 'invalid') throw new VerificationError(one.code, one.reason)
}
