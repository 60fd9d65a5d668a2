import type { State } from '../../../certification/signatures/state.ts'

/** What a state means, for people. */
export const STATE_WORDS: Readonly<Record<State, string>> = {
  verified: 'a good signature, by a key that was good then and still is',
  'key-expired': 'a good signature, made before its key expired',
  'key-retired': 'a good signature, made before its owner replaced the key',
  'outside-validity':
    'the signature is right, but made when its key was not valid, so it does not count',
  'weak-digest': 'the signature is over a broken hash, so it does not count',
  'key-revoked': 'the key was revoked as compromised, so nothing that it signed counts',
  'key-unknown': 'nobody here has the key, so the signature cannot be verified and does not count',
}
