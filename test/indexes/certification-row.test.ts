import { array, assert, boolean, constantFrom, integer, option, property, record } from 'fast-check'
import { string, uint8Array } from 'fast-check'
import { expect, it } from 'vitest'
import { type CertificationRow, decodeRow, encodeRow } from '../../src/indexes/certification-row.ts'
import { signerIn } from '../../src/indexes/certification-row.ts'

const hex = (length: number) =>
  uint8Array({ minLength: length, maxLength: length }).map((bytes) =>
    Buffer.from(bytes).toString('hex'),
  )
const time = integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const fingerprint = constantFrom(20, 32)
  .chain(hex)
  .map((text) => text.toUpperCase())

const row = record<CertificationRow>({
  id: hex(32),
  dialect: constantFrom('debian', 'jvm', 'checksums', 'in-toto'),
  keyId: hex(8).map((text) => text.toUpperCase()),
  signedAt: time,
  size: time,
  // longer than one byte says, and than two do
  stem: string().map((text) => text.repeat(text.length > 5 ? 9000 : 1)),
  detached: boolean(),
  hasDate: boolean(),
  sources: array(
    record({
      ecosystem: constantFrom('maven' as const),
      group: string(),
      artifact: string(),
      version: string(),
    }),
    { maxLength: 16 },
  ),
  facts: option(
    record({
      rebuilder: fingerprint,
      signedBy: fingerprint,
      signedAt: time,
      validFrom: time,
      weakDigest: boolean(),
    }),
    { nil: undefined },
  ),
  variants: array(
    record({
      feed: hex(32),
      sequence: time,
      position: integer({ min: 0, max: 63 }),
      collection: constantFrom('debian', 'maven'),
      acceptedAt: time,
      alias: option(string(), { nil: undefined }),
      signature: constantFrom('good' as const, 'key-unknown' as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

it('who signed is read out of a row as if all of it were read', () => {
  assert(
    property(row, (one) => {
      const value = encodeRow(one)
      const { facts } = decodeRow(one.id, value)
      expect(signerIn(value)).toEqual(
        facts && { rebuilder: facts.rebuilder, signedBy: facts.signedBy },
      )
    }),
  )
})
