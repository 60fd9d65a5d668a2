import { expect, test } from 'vitest'
import { isSha256, readFingerprint, readKeyName } from '../../src/base/fingerprint.ts'

const V4 = '6E5E415FD22597CCAE1F68B62E01FD0DE0E1D356'

test.each([
  V4,
  V4.toLowerCase(),
  `0x${V4}`,
  `0X${V4}`,
  '6E5E 415F D225 97CC AE1F  68B6 2E01 FD0D E0E1 D356',
])('a fingerprint is read as people write it: %s', (text) =>
  expect([readFingerprint(text), readKeyName(text)]).toEqual([V4, V4]),
)

test('a fingerprint of version 6 or of in-toto has 64 digits', () => {
  expect(readFingerprint('ab'.repeat(32))).toBe('AB'.repeat(32))
})

test('a key id of 16 digits names keys and is no fingerprint; one of 8 names nothing', () => {
  expect([readKeyName('0xE0E1D3562E01FD0D'), readFingerprint('0xE0E1D3562E01FD0D')]).toEqual([
    'E0E1D3562E01FD0D',
    undefined,
  ])
  expect(readKeyName('0xE0E1D356')).toBeUndefined()
})

test.each(['', '0x', `${V4}0`, V4.replace('6', 'g'), `x${V4}`, `${V4}\n`])(
  '%j is no fingerprint',
  (text) => expect(readFingerprint(text)).toBeUndefined(),
)

test('a SHA-256 is 64 lower-case digits', () => {
  expect([isSha256('ab'.repeat(32)), isSha256('AB'.repeat(32)), isSha256('ab')]).toEqual([
    true,
    false,
    false,
  ])
})
