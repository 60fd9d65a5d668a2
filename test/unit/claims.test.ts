import { expect, it } from 'vitest'
import { agree, type Claim } from '../../src/certification/agreement.ts'
import { makePagedClaims } from '../../src/repository/claims.ts'

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

it('so many claims that they are compared in turns say what they say at once', async () => {
  const paged = makePagedClaims({ limit: ARTIFACTS })
  for (const claim of claims) paged.add(claim)
  expect(await paged.page()).toEqual({ groups: agree(claims) })
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
  await paged.page()
  clearImmediate(next)
  expect(turns).toBeGreaterThanOrEqual(2)
})
