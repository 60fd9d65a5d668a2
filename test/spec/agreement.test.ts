import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agree, type Claim } from '../../src/certification/agreement/agreement.ts'
import { relationOf, statusesIn, tallyOf } from '../../src/certification/agreement/judge.ts'
import { namedOperators } from '../../src/certification/agreement/named-operators.ts'
import { statementsIn } from '../../src/certification/agreement/statements.ts'
import { type OperatorStatement, verdictOn } from '../../src/certification/agreement/verdict.ts'
import { ALGORITHMS, type Artifact } from '../../src/certification/artifacts/artifact.ts'
import { readPolicy } from '../../src/certification/policy.ts'
import { STATES } from '../../src/certification/signatures/state.ts'
import {
  artifactKeys,
  keyOf,
  relation,
  saidOf,
  type SecondArtifact,
  stands,
  tally,
} from './second-agreement.ts'
import { groupsOf } from './second-groups.ts'
import { ownerOf } from './second-operators.ts'
import { type SecondSubject, verdict } from './second-verdict.ts'
import vectors from './vectors/agreement.json' with { type: 'json' }

/** JSON knows no literal types. */
function known<T extends string>(all: readonly T[], text: string): T {
  const found = all.find((one) => one === text)
  if (found === undefined) throw new Error(`nobody knows ${text}`)
  return found
}
const artifactsOf = (artifacts: readonly SecondArtifact[]): readonly Artifact[] =>
  artifacts.map(({ checksums, ...one }) => ({
    ...one,
    checksums: checksums.map(({ algorithm, hex }) => ({
      algorithm: known(ALGORITHMS, algorithm),
      hex,
    })),
  }))

/** As JSON has it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Everything that is said of a version, by the code. */
const judged = (claims: readonly Claim[]) =>
  plain({
    tallies: tallyOf(statementsIn(claims)),
    stands: Object.fromEntries(
      statementsIn(claims).map((one) => [
        keyOf({ ...one, checksums: [] }),
        Object.fromEntries(statusesIn(one)),
      ]),
    ),
    groups: Object.fromEntries(
      agree(claims).map((one) => [keyOf({ ...one, checksums: [] }), one.groups]),
    ),
  })

/** The same by the words. */
const judgedByWords = (claims: readonly Claim[]) =>
  plain({
    tallies: { named: tally(claims, 'named'), others: tally(claims, 'others') },
    stands: Object.fromEntries(artifactKeys(claims).map((key) => [key, stands(claims, key)])),
    groups: Object.fromEntries(artifactKeys(claims).map((key) => [key, groupsOf(claims, key)])),
  })

describe('two certifications', () => {
  test.each(vectors.relations)('with $what: $relation, here and by the words', (vector) => {
    const claims = [vector.one, vector.other].map((artifacts, at) => ({
      id: `${at}`,
      rebuilder: `${at}`,
      artifacts: artifactsOf(artifacts),
    }))
    const [mine, theirs] = statementsIn(claims)[0]?.statements ?? []
    expect(mine && theirs && relationOf(mine, theirs)).toBe(vector.relation)
    expect(mine && theirs && relationOf(theirs, mine)).toBe(vector.relation)
    const [one, other] = saidOf(claims, artifactKeys(claims)[0] ?? '')
    expect(one && other && relation(one, other)).toBe(vector.relation)
  })
})

describe('the operators of a policy that names', () => {
  test.each(vectors.operators)('$what are those of the vector, here and by the words', (vector) => {
    const { operatorOf } = namedOperators(vector.operators, vector.keys)
    for (const [rebuilder, operator] of Object.entries(vector.of)) {
      expect(operatorOf(rebuilder) ?? null).toBe(operator)
      expect(ownerOf(vector.operators, vector.keys, rebuilder) ?? null).toBe(operator)
    }
  })
})

describe('of a version', () => {
  test.each(vectors.versions)(
    '$what: the vector, here and by the words, in any order',
    (vector) => {
      const claims = vector.claims.map((claim) => ({
        ...claim,
        artifacts: artifactsOf(claim.artifacts),
      }))
      const wanted = {
        tallies: vector.tallies,
        stands: Object.fromEntries(
          vector.stands.map((one) => [keyOf({ ...one, checksums: [] }), one.of]),
        ),
        groups: Object.fromEntries(
          vector.artifacts.map((one) => [keyOf({ ...one, checksums: [] }), one.groups]),
        ),
      }
      expect(judged(claims)).toEqual(wanted)
      expect(judged(claims.toReversed())).toEqual(wanted)
      expect(judgedByWords(claims)).toEqual(wanted)
    },
  )

  /** A to F are primary keys, and some are subkeys of others too; S and T are subkeys alone. */
  const fingerprint = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'S', 'T')
  const keys = fc.uniqueArray(
    fc.record({
      primary: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
      subkeys: fc.uniqueArray(fingerprint, { maxLength: 3 }),
    }),
    { selector: ({ primary }) => primary, maxLength: 6 },
  )
  const operators = fc
    .uniqueArray(fc.tuple(fingerprint, fc.constantFrom('ann', 'bob')), {
      selector: ([key]) => key,
      maxLength: 4,
    })
    .map((owned) =>
      ['ann', 'bob'].map((name) => ({
        name,
        keys: owned.flatMap(([key, owner]) => (owner === name ? [key] : [])),
      })),
    )
  const artifact = fc
    .record({
      name: fc.constantFrom('x', 'y.dsc'),
      size: fc.constantFrom(1, 2, undefined),
      algorithms: fc.subarray([...ALGORITHMS], { minLength: 1 }),
      digits: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 4, maxLength: 4 }),
    })
    .map(({ name, size, algorithms, digits }) => ({
      name,
      ...(size !== undefined && { size }),
      checksums: algorithms.map((algorithm, at) => ({ algorithm, hex: digits[at] ?? '0' })),
    }))
  const claim = fc.record({
    rebuilder: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
    artifacts: fc.array(artifact, { minLength: 1, maxLength: 3 }),
  })

  test('whatever is said, the code and the words say the same', () => {
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 9 }), operators, keys, (all, policy, theirs) => {
        const { operatorOf } = namedOperators(policy, theirs)
        const claimsBy = (ownerIn: (rebuilder: string) => string | undefined) =>
          all.map((one, at) => {
            const operator = ownerIn(one.rebuilder)
            return { ...one, id: `${at}`, ...(operator !== undefined && { operator }) }
          })
        const byWords = claimsBy((rebuilder) => ownerOf(policy, theirs, rebuilder))
        expect(judged(claimsBy(operatorOf))).toEqual(judgedByWords(byWords))
      }),
      { numRuns: 500 },
    )
  })
})

describe('the verdict on a file of which', () => {
  test.each(vectors.verdicts)('$what is that of the vector, here and by the words', (vector) => {
    const statements = vector.statements.map((one): OperatorStatement => ({
      ...one,
      state: known(STATES, one.state),
      artifacts: artifactsOf(one.artifacts),
    }))
    const subject: SecondSubject = vector.subject
    const { remark: _inWords, ...found } = verdictOn(subject, statements, {
      policy: readPolicy(vector.policy),
      keys: vector.keys,
    })
    expect(plain(found)).toEqual(vector.verdict)
    expect(plain(verdict(subject, statements, vector))).toEqual(vector.verdict)
  })
})
