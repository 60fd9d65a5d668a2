import { expect, test } from 'vitest'
import { agreementText } from '../../../src/cli/commands/agreement-text.ts'
import type { Agreement, AgreementGroup } from '../../../src/contract/agreement.ts'

const ALICE = '0123456789ABCDEF0123456789ABCDEF01234567'
const SIX = '89ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF01234567'

const QUIET = { agreeing: 0, differing: 0, alone: 1, sides: [] }

function group(
  checksums: AgreementGroup['checksums'],
  more: Partial<AgreementGroup> = {},
): AgreementGroup {
  const rebuilders = [{ fingerprint: ALICE, name: 'Alice', operator: null, certifications: [] }]
  return { checksums, size: 1, weak: false, rebuilders, ...more }
}

function of(...groups: readonly AgreementGroup[]): Agreement {
  return {
    collection: 'debian',
    path: 'x/1',
    truncated: false,
    artifacts: [{ name: 'x.deb', named: QUIET, others: QUIET, groups }],
    uncounted: [],
  }
}

test('an artifact about which somebody differs is named', () => {
  const differing = { ...QUIET, differing: 2, sides: [1, 1] }
  const found = of(group({ sha256: 'aa' }), group({ sha256: 'bb' }))
  const [artifact] = found.artifacts
  expect(agreementText(found)).not.toContain('Contradiction')
  for (const camp of ['named', 'others'] as const) {
    const divided = artifact && { ...artifact, [camp]: differing }
    const text = agreementText({ ...found, artifacts: divided ? [divided] : [] })
    expect(text).toContain('Contradiction: x.deb has different checksums.')
  }
})

test('what the node withholds is said, since it may contradict what is shown', () => {
  const text = agreementText({ ...of(group({ sha256: 'aa' })), withheld: 2 })
  expect(text).toContain('2 more certifications withheld by the node: ask another one too.')
})

test('every rebuilder has a line of at most 80 columns below the checksum, beginning with the key id', () => {
  const rebuilders = [
    { fingerprint: SIX, name: '山'.repeat(60), operator: null, certifications: [] },
    { fingerprint: ALICE, name: null, operator: null, certifications: [] },
  ]
  const text = agreementText(of(group({ sha256: 'ab'.repeat(32) }, { rebuilders })))
  expect(text).toBe(
    `x.deb\n  sha256:abababababababab…  1 bytes\n    89ABCDEF01234567\n    89ABCDEF01234567  ${'山'.repeat(28)}…\n`,
  )
})
