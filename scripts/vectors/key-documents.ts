/* Documents by real and by made keys, and what they count at some time. */
import { enarmor } from '../../src/certification/signatures/armor.ts'
import { uint32 } from '../../src/certification/signatures/octets.ts'
import { dataBytes } from './id.ts'
import {
  ADOPTED,
  ENDING,
  NOT_SIGNING,
  OLD,
  PLAIN,
  PRIMARY,
  RETIRED,
  STRIPPED,
  SUBKEY,
  WITH_OLD,
  WITH_SUBKEY,
} from './key-pieces.ts'
import { BEGIN, DAY, loose, signed, type Saying } from './made-key.ts'
import { subpacket } from './made-signature.ts'
import { hexOf } from './plain.ts'

const TEXT = `Format: 1.0
Source: tool
Binary: tool
Architecture: all
Version: 1.0-1
Checksums-Sha256:
 ${'0'.repeat(64)} 7 tool_1.0-1_all.deb
`

type Signing = Partial<Pick<Saying, 'day' | 'by' | 'hash' | 'hashed'>>

function documentBy({ day = 10, by = PRIMARY, ...how }: Signing): string {
  const octets = new TextEncoder().encode(TEXT.trimEnd().replaceAll('\n', '\r\n'))
  const armor = enarmor('SIGNATURE', loose(2, signed([octets], { type: 1, day, by, ...how })))
  return `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${TEXT}${armor}`
}

export const onDay = (day: number): number => (BEGIN + day * DAY) * 1000

type Made = readonly [what: string, key: Uint8Array, signing: Signing, days: readonly number[]]

const MADE: readonly Made[] = [
  ['by a key', PLAIN, {}, [10, 1000]],
  ['by a key, ten minutes before its time and a bit earlier', PLAIN, {}, [10 - 10 / 1440, 10 - 11 / 1440]],
  ['before the key was made', PLAIN, { day: -1 }, [10]],
  ['by a key that ends', ENDING, {}, [10, 49, 50, 1000]],
  ['by a key that had ended', ENDING, { day: 50 }, [60]],
  ['by a key that was retired later', RETIRED, {}, [10, 1000]],
  ['by a key that had been retired', RETIRED, { day: 100 }, [1000]],
  ['by a key of which nothing says what it may', STRIPPED, {}, [10]],
  ['by its subkey', STRIPPED, { by: SUBKEY }, [10]],
  ['by a subkey', WITH_SUBKEY, { by: SUBKEY }, [10]],
  ['by a subkey before its key was made', WITH_OLD, { by: OLD, day: -5 }, [10]],
  ['by a subkey that is not there', PLAIN, { by: SUBKEY }, [10]],
  ['by a subkey that never agreed', ADOPTED, { by: SUBKEY }, [10]],
  ['by a subkey that is not made to sign', NOT_SIGNING, { by: SUBKEY }, [10]],
  ['over SHA-1', PLAIN, { hash: 'sha1' }, [10]],
  ['over MD5', PLAIN, { hash: 'md5' }, [10]],
  ['that ends itself', PLAIN, { hashed: [subpacket(3, hexOf(uint32(5 * DAY)))] }, [14, 15]],
] // prettier-ignore

export const madeDocuments = () =>
  MADE.flatMap(([what, key, signing, days]) =>
    days.map((day) => ({ what, document: documentBy(signing), key: hexOf(key), at: onDay(day) })),
  )

const NOW = Date.parse('2027-06-01T00:00:00Z')
const ODD_KEYS = 'odd-keys'

/** Files below test/data. */
const REAL: readonly (readonly [file: string, key: string, at?: number])[] = [
  ['hello/alice/hello_2.10-3_amd64.buildinfo', 'hello/alice.asc'],
  ['hello/alice/hello_2.10-3_amd64.buildinfo', 'hello/bob.asc'],
  ['odd/07-tampered.buildinfo', 'hello/bob.asc'],
  ['odd/24-expired-key-signed-while-valid.buildinfo', 'odd/key-expired.asc'],
  ['odd/25-revoked-key.buildinfo', 'odd/key-revoked.asc'],
  [`${ODD_KEYS}/revocation-behind-subkey/caseone_1.0-1_amd64.buildinfo`, `${ODD_KEYS}/revocation-behind-subkey/key.asc`],
  [`${ODD_KEYS}/revocation-behind-subkey/caseone_1.0-1_amd64.buildinfo`, `${ODD_KEYS}/revocation-behind-subkey/key-and-revocation.asc`],
  [`${ODD_KEYS}/direct-signatures-out-of-place/a.buildinfo`, `${ODD_KEYS}/direct-signatures-out-of-place/a.asc`],
  [`${ODD_KEYS}/direct-signatures-out-of-place/b.buildinfo`, `${ODD_KEYS}/direct-signatures-out-of-place/b.asc`],
  [`${ODD_KEYS}/two-uids-one-end/after-end.buildinfo`, `${ODD_KEYS}/two-uids-one-end/key.asc`],
  [`${ODD_KEYS}/uidless-expiry-lost/primary.buildinfo`, `${ODD_KEYS}/uidless-expiry-lost/stripped.asc`],
  [`${ODD_KEYS}/uidless-expiry-lost/primary.buildinfo`, `${ODD_KEYS}/uidless-expiry-lost/key.asc`],
  [`${ODD_KEYS}/uidless-expiry-lost/subkey.buildinfo`, `${ODD_KEYS}/uidless-expiry-lost/key.asc`],
  [`${ODD_KEYS}/revocation-of-version-3/doc.buildinfo`, `${ODD_KEYS}/revocation-of-version-3/key.asc`],
  [`${ODD_KEYS}/designated-revoker/doc.buildinfo`, `${ODD_KEYS}/designated-revoker/key.asc`],
] // prettier-ignore

export const realDocuments = () => REAL.map(([file, key, at = NOW]) => ({ file, key, at }))

export const bytesOf = (path: string): Uint8Array => dataBytes(path)
