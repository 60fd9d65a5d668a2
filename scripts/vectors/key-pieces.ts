/* Made keys, in pieces, as strangers and key servers have them. */
import { concat, uint32 } from '../../src/certification/signatures/octets.ts'
import { BEGIN, DAY, loose, type MadeKey, madeKey, said, type Saying } from './made-key.ts'
import { subpacket } from './made-signature.ts'
import { hexOf } from './plain.ts'

export const PRIMARY = madeKey(21)
export const SUBKEY = madeKey(22)
const STRANGER = madeKey(23)
const A = new TextEncoder().encode('Ann <ann@rebuilder.example>')
const B = new TextEncoder().encode('Ann <ann@other.example>')

export const flags = (bits: number): Uint8Array => subpacket(27, bits.toString(16).padStart(2, '0'))
export const endsAfter = (days: number): Uint8Array => subpacket(9, hexOf(uint32(days * DAY)))
const reason = (code: number): Uint8Array => subpacket(29, code.toString(16).padStart(2, '0'))
const PRIMARY_USER_ID = subpacket(25, '01')
const NOBODY_KNOWS = subpacket(0x80 | 60, '00')

const key = loose(6, PRIMARY.body)
const userIdOf = (octets: Uint8Array): Uint8Array => loose(13, octets)
const subkeyOf = ({ body }: MadeKey): Uint8Array => loose(14, body)
const sign = (saying: Saying): Uint8Array => loose(2, said(PRIMARY, saying))
const certified = (day: number, more: Partial<Saying> = {}): Uint8Array =>
  sign({ type: 0x13, day, userId: A, hashed: [flags(3)], ...more })
const backBy = (subkey: MadeKey, day: number, by = subkey): Uint8Array =>
  subpacket(32, hexOf(said(PRIMARY, { type: 0x19, day, subkey, by })))
const bound = (day: number, more: Partial<Saying> = {}): Uint8Array =>
  sign({ type: 0x18, day, subkey: SUBKEY, hashed: [flags(2)], ...more })
const withBack = (day: number): Partial<Saying> => ({
  hashed: [flags(2), backBy(SUBKEY, day)],
})
const revoked = (day: number, ...hashed: readonly Uint8Array[]): Uint8Array =>
  sign({ type: 0x20, day, hashed })

/** Kept as it is here. */
export const PLAIN = concat([key, userIdOf(A), certified(0)])
export const WITH_SUBKEY = concat([PLAIN, subkeyOf(SUBKEY), bound(1, withBack(1))])
/** Softly, at day 100. */
export const RETIRED = concat([key, revoked(100, reason(3)), userIdOf(A), certified(0)])
export const ENDING = concat([
  key,
  userIdOf(A),
  certified(0, { hashed: [flags(3), endsAfter(50)] }),
])
export const STRIPPED = concat([key, subkeyOf(SUBKEY), bound(1, withBack(1))])
export const ADOPTED = concat([PLAIN, subkeyOf(SUBKEY), bound(1)])
/** Made ten days before the key that it signs for. */
export const OLD = madeKey(24, BEGIN - 10 * DAY)
export const WITH_OLD = concat([
  PLAIN,
  subkeyOf(OLD),
  bound(1, { subkey: OLD, hashed: [flags(2), backBy(OLD, 1)] }),
])
export const NOT_SIGNING = concat([
  PLAIN,
  subkeyOf(SUBKEY),
  bound(1, { hashed: [flags(12), backBy(SUBKEY, 1)] }),
])

export const PIECES: readonly (readonly [what: string, sent: Uint8Array])[] = [
  ['one name', PLAIN],
  ['two certifications of one name: the newest is kept', concat([PLAIN, certified(9), certified(5)])],
  [
    'two of one second: the one with the higher type is kept',
    concat([key, userIdOf(A), certified(9, { type: 0x10 }), certified(9, { type: 0x13 })]),
  ],
  [
    'what a stranger says, a picture, what nobody knows, and trust',
    concat([
      PLAIN,
      loose(2, said(PRIMARY, { type: 0x10, day: 1, userId: A, by: STRANGER })),
      loose(12, Uint8Array.of(1)),
      loose(17, Uint8Array.of(1, 2, 3)),
      loose(60, Uint8Array.of(1)),
    ]),
  ],
  ['a name without a signature', concat([PLAIN, userIdOf(B)])],
  [
    'more in the unhashed area',
    concat([key, userIdOf(A), certified(0, { unhashed: [subpacket(20, '00'), subpacket(16, 'AA'.repeat(8))] })]),
  ],
  ['a signature that was changed', concat([key, userIdOf(A), certified(0), broken(certified(9))])],
  [
    'a critical subpacket that nobody knows: an older one counts',
    concat([key, userIdOf(A), certified(0), certified(9, { hashed: [flags(3), NOBODY_KNOWS] })]),
  ],
  ['such a one in a revocation: it counts', concat([key, revoked(9, NOBODY_KNOWS), userIdOf(A), certified(0)])],
  ['SHA-1 by EdDSA: not good', concat([key, userIdOf(A), certified(0), certified(9, { hash: 'sha1' })])],
  ['MD5: not good', concat([key, userIdOf(A), certified(0), certified(9, { hash: 'md5' })])],
  ['a name that was revoked', concat([PLAIN, sign({ type: 0x30, day: 5, userId: A })])],
  [
    'a name that was revoked, and certified again',
    concat([PLAIN, sign({ type: 0x30, day: 5, userId: A }), certified(9)]),
  ],
  [
    'a name that was revoked in the second in which it was certified',
    concat([PLAIN, sign({ type: 0x30, day: 0, userId: A })]),
  ],
  [
    'three names: not revoked, marked as primary, newest',
    concat([
      PLAIN,
      userIdOf(B),
      certified(0, { userId: B, hashed: [flags(3), PRIMARY_USER_ID] }),
      userIdOf(Uint8Array.of(67)),
      certified(9, { userId: Uint8Array.of(67), hashed: [flags(3), PRIMARY_USER_ID] }),
      sign({ type: 0x30, day: 9, userId: Uint8Array.of(67) }),
    ]),
  ],
  [
    'what it says on itself goes before what it says on a name',
    concat([
      key,
      sign({ type: 0x1f, day: 3, hashed: [flags(1), endsAfter(30)] }),
      userIdOf(A),
      certified(9, { hashed: [flags(3), endsAfter(90)] }),
    ]),
  ],
  ['an end on a name', ENDING],
  [
    'an end in five octets: it ends at once',
    concat([key, userIdOf(A), certified(0, { hashed: [flags(3), subpacket(9, '0100000000')] })]),
  ],
  [
    'four revocations: the earliest of each kind is kept',
    concat([
      key,
      revoked(9, reason(1)),
      revoked(8, reason(3)),
      revoked(7, reason(2)),
      revoked(6),
      userIdOf(A),
      certified(0),
    ]),
  ],
  ['a revocation behind a name', concat([PLAIN, revoked(5)])],
  ['a subkey that signs', WITH_SUBKEY],
  ['a subkey that is older than its key', concat([WITH_SUBKEY, WITH_OLD.subarray(PLAIN.length)])],
  ['a subkey that only encrypts', concat([PLAIN, subkeyOf(SUBKEY), bound(1, { hashed: [flags(12)] })])],
  ['a subkey that never agreed', ADOPTED],
  [
    'a subkey whose agreement is in the unhashed area',
    concat([PLAIN, subkeyOf(SUBKEY), bound(1, { unhashed: [backBy(SUBKEY, 1)] })]),
  ],
  [
    'a subkey that agreed in an older binding: the newest is kept with it',
    concat([PLAIN, subkeyOf(SUBKEY), bound(1, withBack(1)), bound(9)]),
  ],
  [
    'an agreement by another: that binding is not kept',
    concat([
      PLAIN,
      subkeyOf(SUBKEY),
      bound(1, {
        hashed: [flags(2), backBy(SUBKEY, 1, STRANGER)],
      }),
    ]),
  ],
  [
    'an agreement by another in the newest binding: the older one counts',
    concat([
      PLAIN,
      subkeyOf(SUBKEY),
      bound(1, withBack(1)),
      bound(9, { hashed: [flags(2), backBy(SUBKEY, 1, STRANGER)] }),
    ]),
  ],
  [
    'a subkey that was revoked',
    concat([WITH_SUBKEY, sign({ type: 0x28, day: 5, subkey: SUBKEY, hashed: [reason(1)] })]),
  ],
  [
    'a revocation of a subkey, behind the key',
    concat([key, sign({ type: 0x28, day: 5, subkey: SUBKEY }), WITH_SUBKEY.subarray(key.length)]),
  ],
  ['no signature on key or name: it verifies nothing', STRIPPED],
  ['two copies, one behind the other', concat([PLAIN, RETIRED, WITH_SUBKEY])],
] // prettier-ignore

function broken(packet: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(packet)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  return changed
}

/** By their place among {@link PIECES}: what each of two says alone, and what both together. */
export const MERGED: readonly (readonly [one: string, other: string])[] = [
  ['SHA-1 by EdDSA: not good', 'three names: not revoked, marked as primary, newest'],
  ['one name', 'a name that was revoked'],
  ['two certifications of one name: the newest is kept', 'a name that was revoked'],
  ['four revocations: the earliest of each kind is kept', 'a revocation behind a name'],
  ['a subkey that never agreed', 'a subkey whose agreement is in the unhashed area'],
  ['a subkey that was revoked', 'a subkey that agreed in an older binding: the newest is kept with it'],
  ['what it says on itself goes before what it says on a name', 'three names: not revoked, marked as primary, newest'],
  ['no signature on key or name: it verifies nothing', 'an end on a name'],
] // prettier-ignore
