import type { Compared } from './reading.ts'

/** Neither GnuPG 2.2 nor Sequoia 1.12 reads it: version 6, or an algorithm of RFC 9580 or later beside the one that signs. */
export const isTooNew = ({ file, fingerprint }: Compared): boolean =>
  fingerprint.length === 64 || /\/(?:pqc|crypto-refresh|mock_pq)\/|alice_v6/.test(file)

interface Judgement {
  readonly isOf: (compared: Compared) => boolean
  readonly sentence: string
}

/** The first that fits. */
const JUDGEMENTS: readonly Judgement[] = [
  {
    isOf: isTooNew,
    sentence:
      'Right: version 6, or an algorithm that the others do not know; what they cannot read they leave out.',
  },
  {
    isOf: ({ ours, gpg, sequoia, isWithoutFlags }) =>
      ours === gpg && sequoia === 'no' && isWithoutFlags,
    sentence:
      'Right, as GnuPG: no key flags say what it is for, and RFC 9580 §5.2.3.29 asks for none on a primary key. Sequoia wants them.',
  },
  {
    isOf: ({ file }) => /bp256|secp256k1|ecc-sample/.test(file),
    sentence:
      'Right, as GnuPG: the sq of Debian 12 is built without that curve and verifies nothing on it.',
  },
  {
    isOf: ({ file, ours, gpg }) =>
      ours === gpg && /trust-pgp|E657FB607|issue11|perturbed/.test(file),
    sentence:
      'Right, as GnuPG: sq reads no further than the first armor block or unknown packet, and refuses RSA of 1024 bits.',
  },
  {
    isOf: ({ file }) => /v4-revoked-by-v3/.test(file),
    sentence: 'Right, as GnuPG: a revocation of version 3 is one; Sequoia does not read it.',
  },
  {
    isOf: ({ file }) => /already-revoked-userid-revocation/.test(file),
    sentence:
      'Right, as Sequoia: the only user id is revoked, and what it says of the key holds rather than nothing. GnuPG forgets the end.',
  },
  {
    isOf: ({ leftOut }) => leftOut.some((one) => one.includes('That is a private key')),
    sentence: 'Right: the file holds a private key, and whoever sends one is told so.',
  },
  {
    isOf: ({ file }) => /badly-mangled/.test(file),
    sentence:
      'On the safe side: a line of the armor is no base64, which GnuPG skips; the sender is told.',
  },
  {
    isOf: ({ file }) => /no-creation-time|pgp5-dsa-elg/.test(file),
    sentence:
      'On the safe side: a self-signature without a hashed time, or DSA of 768 bits, counts for nothing here; GnuPG takes both.',
  },
  {
    isOf: ({ file }) =>
      /sha1-|openkeychain-001|dkg_v4_2007|9f840f3da1f1|bad-subkey-keyring|multiple-passwords/.test(
        file,
      ),
    sentence:
      'As GnuPG: what makes that subkey sign is signed over SHA-1, which only its owner chose; Sequoia refuses SHA-1 there.',
  },
  {
    isOf: ({ file, ours, gpg }) =>
      /subkey_write_len/.test(file) && ours === 'ended' && gpg === 'no',
    sentence: 'Right, as Sequoia: GnuPG does not import the key, which has ended.',
  },
  {
    isOf: ({ file }) => /expired-backsig/.test(file),
    sentence:
      'Between the two: the subkey signs for that key as long as it said so; GnuPG forgets that end, Sequoia refuses it wholly.',
  },
  {
    isOf: ({ file }) => /no-backsig/.test(file),
    sentence:
      'Right, as Sequoia: the subkey has not signed that it belongs to that key, so it cannot sign for it (RFC 9580 §5.2.1.10).',
  },
  {
    isOf: ({ file }) => /revoked-key-cert-revoked-/.test(file),
    sentence:
      'On the safe side, as GnuPG: it is softly revoked. To Sequoia a newer self-signature takes that back.',
  },
]

/** In one sentence, who is right and why. `undefined`: nobody has looked at it yet. */
export const judge = (compared: Compared): string | undefined =>
  JUDGEMENTS.find(({ isOf }) => isOf(compared))?.sentence
