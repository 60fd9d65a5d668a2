import { expect, test } from 'vitest'
import { contradicts } from '../../src/certification/contradiction.ts'
import { agreementText } from '../../src/cli/agreement-text.ts'
import type { Agreement, AgreementGroup } from '../../src/repository/repository.ts'

const ALICE = '0123456789ABCDEF0123456789ABCDEF01234567'
const SIX = '89ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF01234567'

function group(
  checksums: AgreementGroup['checksums'],
  more: Partial<AgreementGroup> = {},
): AgreementGroup {
  const rebuilders = [{ fingerprint: ALICE, name: 'Alice', certifications: [] }]
  return { checksums, size: 1, weak: false, rebuilders, ...more }
}

function of(...groups: readonly AgreementGroup[]): Agreement {
  return {
    collection: 'debian',
    path: 'x/1',
    truncated: false,
    artifacts: [{ name: 'x.deb', groups }],
    uncounted: [],
  }
}

test.each<[string, boolean, readonly AgreementGroup[]]>([
  ['one group', false, [group({ sha256: 'aa' })]],
  ['another checksum', true, [group({ sha256: 'aa' }), group({ sha256: 'bb' })]],
  ['another size', true, [group({ sha256: 'aa' }), group({ sha512: 'bb' }, { size: 2 })]],
  ['one that states more', false, [group({ sha256: 'aa' }), group({ sha256: 'aa', sha512: 'b' })]],
  ['one without a size', false, [group({ sha256: 'aa' }), group({ sha256: 'aa' }, { size: null })]],
  ['other algorithms', false, [group({ sha256: 'aa' }), group({ sha512: 'bb' })]],
  [
    'something weak',
    false,
    [group({ sha256: 'aa' }), group({ md5: 'b' }, { weak: true, size: 2 })],
  ],
  [
    'the last two',
    true,
    [group({ sha256: 'aa' }), group({ sha512: 'bb' }), group({ sha512: 'cc' })],
  ],
])('of %s beside the first it is %s that it contradicts', (_what, expected, groups) => {
  const found = of(...groups)
  expect(found.artifacts.map(contradicts)).toEqual([expected])
  expect(agreementText(found).includes('Contradiction: x.deb')).toBe(expected)
})

test('what the node withholds is said, since it may contradict what is shown', () => {
  const text = agreementText({ ...of(group({ sha256: 'aa' })), withheld: 2 })
  expect(text).toContain('2 more certifications withheld by the node: ask another one too.')
})

test('every rebuilder has a line of at most 80 columns below the checksum, beginning with the key id', () => {
  const rebuilders = [
    { fingerprint: SIX, name: '山'.repeat(60), certifications: [] },
    { fingerprint: ALICE, name: null, certifications: [] },
  ]
  const text = agreementText(of(group({ sha256: 'ab'.repeat(32) }, { rebuilders })))
  expect(text).toBe(
    `x.deb\n  sha256:abababababababab…  1 bytes\n    89ABCDEF01234567\n    89ABCDEF01234567  ${'山'.repeat(28)}…\n`,
  )
})
