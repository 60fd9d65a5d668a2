import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Claim } from '../../../src/certification/agreement/agreement.ts'
import { relationOf, statusesIn, tallyOf } from '../../../src/certification/agreement/judge.ts'
import { saidOfRebuilder } from '../../../src/certification/agreement/said-by-others.ts'
import { namedOperators } from '../../../src/certification/agreement/named-operators.ts'
import { statementsIn } from '../../../src/certification/agreement/statements.ts'

/** Few values, so that claims meet. */
const artifact = fc
  .record({
    name: fc.constantFrom('x.jar', 'y.deb'),
    size: fc.constantFrom(1, 2, undefined),
    algorithms: fc.subarray(['md5', 'sha256', 'sha512'] as const, { minLength: 1 }),
    digits: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 3, maxLength: 3 }),
  })
  .map(({ name, size, algorithms, digits }) => ({
    name,
    ...(size !== undefined && { size }),
    checksums: algorithms.map((algorithm, n) => ({ algorithm, hex: digits[n] ?? '0' })),
  }))

/** B and C are listed by a subkey. */
const { operatorOf } = namedOperators(
  [
    { name: 'ann', keys: ['A', 'b'] },
    { name: 'carol', keys: ['c'] },
  ],
  [
    { primary: 'B', subkeys: ['b'] },
    { primary: 'C', subkeys: ['c'] },
  ],
)

const claims: fc.Arbitrary<readonly Claim[]> = fc
  .array(
    fc.record({
      rebuilder: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
      artifacts: fc.array(artifact, { maxLength: 4 }),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map((each, n) => ({ ...each, id: `id-${n}`, operator: operatorOf(each.rebuilder) })),
  )

/** By artifact and rebuilder. */
const statusesOf = (all: readonly Claim[]) =>
  Object.fromEntries(
    statementsIn(all).map((one) => [one.name, Object.fromEntries(statusesIn(one))]),
  )

test('the order of claims does not matter', () => {
  fc.assert(
    fc.property(
      claims.chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
        ),
      ),
      ([all, shuffled]) => {
        expect(tallyOf(statementsIn(shuffled))).toEqual(tallyOf(statementsIn(all)))
        expect(statusesOf(shuffled)).toEqual(statusesOf(all))
      },
    ),
  )
})

const voters = (of: readonly Claim[], who: (claim: Claim) => string | undefined) =>
  new Set(of.map(who)).size

test('every voter is counted once, and nobody agrees by himself', () => {
  fc.assert(
    fc.property(claims, (all) => {
      const { named, others } = tallyOf(statementsIn(all))
      const heard = all.filter(({ artifacts }) => artifacts.length > 0)
      expect(named.agreeing + named.differing + named.alone).toBe(
        voters(
          heard.filter(({ operator }) => operator !== undefined),
          ({ operator }) => operator,
        ),
      )
      expect(others.agreeing + others.differing + others.alone).toBe(
        voters(
          heard.filter(({ operator }) => operator === undefined),
          ({ rebuilder }) => rebuilder,
        ),
      )
      for (const { alone, ...counts } of [named, others])
        expect(Math.min(alone, counts.agreeing, counts.differing)).toBeGreaterThanOrEqual(0)
      if (named.differing === 0) expect(named.agreeing).not.toBe(1)
    }),
  )
})

test('whatever others say, nothing changes of those who are named', () => {
  fc.assert(
    fc.property(claims, (all) => {
      const named = all.filter(({ operator }) => operator !== undefined)
      // what sizes others give must not matter either
      expect(tallyOf(statementsIn(all)).named).toEqual(tallyOf(statementsIn(named)).named)
    }),
  )
})

test('who agrees has somebody who says the same, who differs somebody who says otherwise, and the relation is symmetric', () => {
  fc.assert(
    fc.property(claims, (all) => {
      for (const artifactSaid of statementsIn(all)) {
        const { statements } = artifactSaid
        for (const one of statements)
          for (const other of statements)
            expect(relationOf(one, other)).toBe(relationOf(other, one))
        for (const [rebuilder, stands] of statusesIn(artifactSaid))
          for (const camp of ['named', 'others'] as const) {
            const said = saidOfRebuilder(artifactSaid, rebuilder)?.[camp]
            if (stands[camp] === 'agrees') expect(said?.same).toBeGreaterThan(0)
            if (['weak', 'first', 'divided', 'apart'].includes(stands[camp]))
              expect(said).toEqual({ same: 0, otherwise: 0 })
          }
      }
    }),
  )
})
