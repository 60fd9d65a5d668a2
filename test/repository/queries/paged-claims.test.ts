import { array, assert, asyncProperty, constantFrom, record, tuple } from 'fast-check'
import { expect, it } from 'vitest'
import { agree, type Claim } from '../../../src/certification/agreement/agreement.ts'
import type { Checksum } from '../../../src/certification/artifacts/artifact.ts'
import { tallyOf } from '../../../src/certification/agreement/judge.ts'
import { artifactKey, statementsIn } from '../../../src/certification/agreement/statements.ts'
import { makePagedClaims, statedAbout } from '../../../src/repository/queries/paged-claims.ts'
import { runToEnd } from '../../../src/base/cooperative-task.ts'
import { saidOfCertificationInSteps } from '../../../src/certification/agreement/said-by-others.ts'
import { makePause } from '../../../src/repository/work-budget/work-budget.ts'

const ARTIFACTS = 300
const REBUILDERS = 40

/** Every rebuilder says the same, but for what its number divides. */
const claims: readonly Claim[] = Array.from({ length: REBUILDERS }, (_, who) => ({
  id: `${who}`.padStart(64, '0'),
  rebuilder: `${who}`.padStart(40, '0'),
  artifacts: Array.from({ length: ARTIFACTS }, (__, at) => ({
    name: `a${(at * 7919) % ARTIFACTS}.deb`,
    ...(at % 3 === 0 && { group: `g${at % 5}` }),
    size: 1,
    checksums: [
      {
        algorithm: 'sha256' as const,
        hex: `${at % (who + 2) === 0 ? who : 'f'}`.repeat(64).slice(0, 64),
      },
    ],
  })),
}))

it('claims that are compared artifact by artifact say what they say at once', async () => {
  const paged = makePagedClaims({ limit: ARTIFACTS })
  for (const claim of claims) paged.add(claim)
  const tallies = new Map(statementsIn(claims).map((one) => [artifactKey(one), tallyOf([one])]))
  expect(await paged.page(makePause())).toEqual({
    artifacts: agree(claims).map((one) => ({ ...one, ...tallies.get(artifactKey(one)) })),
  })
})

/** A few artifacts, said alike and otherwise, by named ones and others, strongly, weakly and by nothing, with a size and without. */
const statement = record({
  name: constantFrom('a', 'b', 'c', 'd'),
  group: constantFrom(undefined, 'g'),
  size: constantFrom(undefined, 1, 2),
  checksums: constantFrom<Checksum[]>(
    [],
    [{ algorithm: 'sha256', hex: '1' }],
    [{ algorithm: 'sha256', hex: '2' }],
    [
      { algorithm: 'sha256', hex: '1' },
      { algorithm: 'sha512', hex: '2' },
    ],
    [{ algorithm: 'md5', hex: '1' }],
    [{ algorithm: 'sha1', hex: '1' }],
  ),
})
const voice = record({
  rebuilder: constantFrom('r', 's', 't'),
  operator: constantFrom(undefined, 'o', 'p'),
})

it('whatever is said, alike or not, it is compared as it is at once', async () => {
  await assert(
    asyncProperty(
      array(tuple(voice, array(statement, { maxLength: 3 })), { maxLength: 5 }),
      array(statement, { maxLength: 4 }),
      async (all, everybody) => {
        const said: Claim[] = all.map(([{ rebuilder, operator }, artifacts], at) => ({
          id: `${at}`,
          rebuilder,
          operator,
          artifacts: [...everybody, ...artifacts].map(({ group, size, ...one }) => ({
            ...one,
            ...(group !== undefined && { group }),
            ...(size !== undefined && { size }),
          })),
        }))
        const tallies = new Map(statementsIn(said).map((one) => [artifactKey(one), tallyOf([one])]))
        for (const { id } of said)
          expect(runToEnd(saidOfCertificationInSteps(runToEnd(statedAbout(said, id)), id))).toEqual(
            runToEnd(saidOfCertificationInSteps(statementsIn(said), id)),
          )
        const paged = makePagedClaims({ limit: 100 })
        for (const claim of said) paged.add(claim)
        expect(await paged.page(makePause())).toEqual({
          artifacts: agree(said).map((one) => ({ ...one, ...tallies.get(artifactKey(one)) })),
        })
      },
    ),
    { numRuns: 300 },
  )
})

it('a page after the other says what all says at once', async () => {
  const all = agree(claims).map(artifactKey)
  const found: string[] = []
  let after: string | undefined
  do {
    const paged = makePagedClaims({ limit: 7, after })
    for (const claim of claims) paged.add(claim)
    const { artifacts, next } = await paged.page(makePause())
    found.push(...artifacts.map(artifactKey))
    after = next
  } while (after !== undefined)
  expect(found).toEqual(all)
})

it('nobody waits longer than for one turn of them', async () => {
  const paged = makePagedClaims({ limit: ARTIFACTS })
  for (const claim of claims) paged.add(claim)
  let turns = 0
  const count = (): void => {
    turns += 1
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  await paged.page(makePause())
  clearImmediate(next)
  expect(turns).toBeGreaterThanOrEqual(2)
})
