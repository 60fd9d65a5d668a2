import { expect, test } from 'vitest'
import { readBundle } from '../../src/check/bundle.ts'

const NOW = Date.parse('2026-11-28T00:00:00.000Z')
const made = (madeAt: string): string =>
  JSON.stringify({
    version: 1,
    madeAt,
    nodes: [],
    subjects: [],
    keys: [],
    certifications: [],
    proofs: [],
  })

test('a bundle says when it was made', () => {
  const madeAt = '2026-11-27T23:00:00.000Z'
  expect(readBundle(made(madeAt), NOW).madeAt).toBe(madeAt)
})

test.each([
  ['in the future', made('2099-01-01T00:00:00.000Z')],
  ['on no day', made('9999-99-99T99:99:99.999Z')],
  ['by somebody else', '{"version":2}'],
  ['of nothing', ''],
])('a bundle that was made %s is refused', (_, text) => {
  expect(() => readBundle(text, NOW)).toThrow(expect.objectContaining({ code: 'FILE_INVALID' }))
})
