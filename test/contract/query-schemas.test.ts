import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import * as schemas from '../../src/contract/query-schemas.ts'

const LIMITED = [
  schemas.PageQuery,
  schemas.AgreementQuery,
  schemas.CertificationsQuery,
  schemas.ArtifactsQuery,
]
/** What each cannot do without. */
const REQUIRED = new Map<TSchema, object>([[schemas.ArtifactsQuery, { name: 'a' }]])

const takes = (schema: TSchema, question: object): boolean =>
  Value.Check(schema, { ...REQUIRED.get(schema), ...question })

test.each(Object.entries(schemas))('what %s does not name is refused', (_, schema) => {
  expect(takes(schema, {})).toBe(true)
  expect(takes(schema, { unheard: 'of' })).toBe(false)
})

test('a page has from one to a thousand things', () => {
  for (const schema of LIMITED) {
    for (const limit of ['1', '10', '999', '1000']) expect(takes(schema, { limit })).toBe(true)
    for (const limit of ['0', '01', '1001', '10000', '-1', '1.5', ' 1', '', 'x'])
      expect([limit, takes(schema, { limit })]).toEqual([limit, false])
    expect(takes(schema, { after: '' })).toBe(false)
    expect(takes(schema, { after: 'x'.repeat(2_049) })).toBe(false)
  }
})

describe('certifications are asked for', () => {
  test.each([
    ['sha512', 128],
    ['sha256', 64],
    ['sha1', 40],
    ['md5', 32],
  ])('by a %s of %d hex digits in any case', (algorithm, digits) => {
    for (const digit of ['a', 'A', '0'])
      expect(takes(schemas.CertificationsQuery, { [algorithm]: digit.repeat(digits) })).toBe(true)
    for (const text of ['a'.repeat(digits - 1), 'a'.repeat(digits + 1), 'g'.repeat(digits)])
      expect(takes(schemas.CertificationsQuery, { [algorithm]: text })).toBe(false)
  })

  test('by a state that there is, or by what waits', () => {
    for (const state of ['verified', 'key-unknown', 'waiting'])
      expect(takes(schemas.CertificationsQuery, { state })).toBe(true)
    expect(takes(schemas.CertificationsQuery, { state: 'good' })).toBe(false)
  })
})
