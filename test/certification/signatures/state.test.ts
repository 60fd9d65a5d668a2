import { describe, expect, test } from 'vitest'
import {
  CLOCK_TOLERANCE,
  counts,
  stateOf,
  STATES,
  type SignatureFacts,
  type State,
} from '../../../src/certification/signatures/state.ts'

const GOOD: SignatureFacts = {
  rebuilder: 'A'.repeat(40),
  signedBy: 'A'.repeat(40),
  signedAt: 1000,
  validFrom: 500,
  weakDigest: false,
}
const NOW = 10_000
const HARD = { kind: 'hard' } as const

const CASES: readonly (readonly [string, Partial<SignatureFacts>, State])[] = [
  ['nothing against it', {}, 'verified'],
  ['an end that is still to come', { validUntil: NOW + 1 }, 'verified'],
  ['an end that has come', { validUntil: NOW }, 'key-expired'],
  ['an end before it was signed', { validUntil: 999 }, 'outside-validity'],
  ['an end at the moment it was signed', { validUntil: 1000 }, 'outside-validity'],
  ['a key made later', { validFrom: 1001 }, 'outside-validity'],
  ['a key made at that moment', { validFrom: 1000 }, 'verified'],
  ['a clock a little ahead', { signedAt: NOW + CLOCK_TOLERANCE }, 'verified'],
  ['a time in the future', { signedAt: NOW + CLOCK_TOLERANCE + 1 }, 'outside-validity'],
  ['a soft revocation later', { revoked: { kind: 'soft', at: 1001 } }, 'key-retired'],
  ['a soft revocation before', { revoked: { kind: 'soft', at: 1000 } }, 'outside-validity'],
  ['a soft revocation later and an end', { validUntil: 2000, revoked: { kind: 'soft', at: 1001 } }, 'key-retired'],
  ['a broken hash', { weakDigest: true }, 'weak-digest'],
  ['a broken hash and an end before', { weakDigest: true, validUntil: 1 }, 'weak-digest'],
  ['a hard revocation', { revoked: HARD }, 'key-revoked'],
  ['a hard revocation and everything else', { revoked: HARD, weakDigest: true, validUntil: 1 }, 'key-revoked'],
] // prettier-ignore

describe('the state of a certification', () => {
  test.each(CASES)('with %s', (_, facts, state) => {
    expect(stateOf({ ...GOOD, ...facts }, NOW)).toBe(state)
  })

  test('without a key is key-unknown', () => {
    expect(stateOf(undefined, NOW)).toBe('key-unknown')
  })

  test('counts if the key was good when it signed', () => {
    expect(STATES.filter(counts)).toEqual(['verified', 'key-expired', 'key-retired'])
  })
})
