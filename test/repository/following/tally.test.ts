import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namedOperators } from '../../../src/certification/agreement/named-operators.ts'
import type { VersionClaim } from '../../../src/indexes/claims.ts'
import { tallyOfClaims } from '../../../src/repository/following/tally-of-claims.ts'
import { runToEnd } from '../../../src/base/cooperative-task.ts'

const artifacts = fc.array(
  fc.record({
    name: fc.constantFrom('a.jar', 'b.jar', 'c.jar', 'd.deb'),
    size: fc.constantFrom(1, 2, 3),
    checksums: fc.subarray([
      { algorithm: 'md5', hex: '00' },
      { algorithm: 'sha256', hex: '11' },
      { algorithm: 'sha512', hex: '22' },
    ] as const),
  }),
  { maxLength: 6 },
)

const said = fc.array(
  fc.record({
    rebuilder: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
    isHeader: fc.boolean(),
  }),
  { maxLength: 8 },
)

const naming = namedOperators(
  [
    { name: 'ann', keys: ['A', 'B'] },
    { name: 'carol', keys: ['C'] },
  ],
  [],
)

function tally(claims: readonly VersionClaim[], by = naming) {
  const gathered = { claims, isComplete: true, until: null }
  const { row, rebuilderCounts } = runToEnd(tallyOfClaims(['c', 'v'], gathered, by))
  return { tallies: row.tallies, standings: rebuilderCounts }
}

const FIRST: VersionClaim = {
  id: '',
  rebuilder: '',
  signedBy: '',
  signedAt: 0,
  isHeader: false,
  artifacts: [],
  contentDigest: '',
}

test('where all say the same it comes to what it comes to artifact by artifact', () => {
  fc.assert(
    fc.property(artifacts, said, (same, by) => {
      const claims = by.map(({ rebuilder, isHeader }, at): VersionClaim => ({
        ...FIRST,
        id: String(at).padStart(64, '0'),
        rebuilder,
        signedBy: rebuilder,
        isHeader,
        artifacts: same,
      }))
      const silent = { ...FIRST, rebuilder: 'E', signedBy: 'E', contentDigest: 'nothing' }
      // nobody knows that these are equal
      const apart = claims.map((claim, at) => ({ ...claim, contentDigest: String(at) }))
      expect(tally(claims)).toEqual(tally([...apart, silent]))
    }),
    { numRuns: 300 },
  )
})

test('what strangers contradict takes no room from what somebody contradicts who is named', () => {
  const names = Array.from({ length: 150 }, (_, at) => `${at}.jar`)
  const claim = (rebuilder: string, hex: string): VersionClaim => ({
    ...FIRST,
    id: rebuilder.padStart(64, '0'),
    rebuilder,
    signedBy: rebuilder,
    isHeader: true,
    artifacts: names.map((name) => ({ name, checksums: [{ algorithm: 'sha256', hex }] })),
    contentDigest: hex,
  })
  // the strangers are looked at first
  const claims = ['V', 'W', 'X', 'Y'].map((stranger) => claim(stranger, stranger))
  claims.push(claim('A', '11'), claim('C', '22'))
  const gathered = { claims, isComplete: true, until: null }
  const { rebuilderCounts } = runToEnd(tallyOfClaims(['c', 'v'], gathered, naming))
  const found = new Map(
    rebuilderCounts.map(({ rebuilder, contradictions }) => [rebuilder, contradictions.length]),
  )
  expect([found.get('A'), found.get('C')]).toEqual([100, 100])
  expect(
    new Set(rebuilderCounts.flatMap((one) => one.contradictions.map(({ camp }) => camp))),
  ).toEqual(new Set(['named']))
})

/** A to E, each with a subkey that signs: `A` and `a`. */
const primaries = ['A', 'B', 'C', 'D', 'E']
const subkeyOf = (primary: string): string => primary.toLowerCase()
const known = primaries.map((primary) => ({ primary, subkeys: [subkeyOf(primary)] }))

const signed = fc.array(
  fc.record({
    rebuilder: fc.constantFrom(...primaries),
    isBySubkey: fc.boolean(),
    hex: fc.constantFrom('11', '22'),
  }),
  { maxLength: 10 },
)

test('a key that the policy knows by its subkey alone is one voter in one group, whatever it signs with and comes first', () => {
  const policies = fc.subarray([...primaries, ...primaries.map(subkeyOf)])
  fc.assert(
    fc.property(signed, policies, fc.infiniteStream(fc.nat()), (all, listed, ranks) => {
      const operators = listed.map((key) => ({ name: `of ${key.toUpperCase()}`, keys: [key] }))
      const claims = all.map(({ rebuilder, isBySubkey, hex }, at): VersionClaim => ({
        ...FIRST,
        id: String(at).padStart(64, '0'),
        rebuilder,
        signedBy: isBySubkey ? subkeyOf(rebuilder) : rebuilder,
        isHeader: true,
        artifacts: [{ name: 'x', size: 1, checksums: [{ algorithm: 'sha256', hex }] }],
        contentDigest: hex,
      }))
      const by = namedOperators(operators, known)
      const found = tally(claims, by)
      const rank = new Map(claims.map(({ id }) => [id, ranks.next().value]))
      const shuffled = claims.toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0))
      expect(tally(shuffled, by)).toEqual(found)
      const counted = (isNamed: boolean): number =>
        new Set(
          claims.flatMap(({ rebuilder }) =>
            [rebuilder, subkeyOf(rebuilder)].some((key) => listed.includes(key)) === isNamed
              ? [rebuilder]
              : [],
          ),
        ).size
      for (const [voters, expected] of [
        [found.tallies.named, counted(true)],
        [found.tallies.others, counted(false)],
      ] as const) {
        expect(voters.agreeing + voters.differing + voters.alone).toBe(expected)
      }
      // nobody agrees with himself
      const { named, others } = found.tallies
      if (named.differing === 0) expect(named.agreeing).not.toBe(1)
      if (counted(true) + counted(false) === 1) expect(named.agreeing + others.agreeing).toBe(0)
    }),
    { numRuns: 300 },
  )
})
