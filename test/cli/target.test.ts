import { expect, test } from 'vitest'
import { openTarget, UNDER_WAY } from '../../src/cli/nodes/target.ts'
import { fakeNode } from '../support/fake-node.ts'
import { until } from '../support/until.ts'

const FILES = 2 * UNDER_WAY + 5

const receipt = JSON.stringify({
  id: 'ab'.repeat(32),
  collection: 'debian',
  state: 'verified',
  rebuilder: 'AB'.repeat(20),
  feed: 'cd'.repeat(32),
  sequence: 1,
  position: 0,
  head: { length: 3, fork: 0, root: 'ef'.repeat(32), signature: '01'.repeat(64) },
  acceptedAt: '2026-01-01T00:00:00.000Z',
  url: '/certifications/x',
  path: 'debian/x',
})

test('many certifications are under way to a node together, and fewer once it has asked for patience', async () => {
  const held: (() => void)[] = []
  let most = 0
  let isBusy = false
  let isHolding = true
  const url = await fakeNode((_, response) => {
    const answer = () => {
      response.statusCode = isBusy ? 429 : 201
      if (isBusy) response.setHeader('retry-after', '1')
      response.end(isBusy ? '{"code":"RATE_EXCEEDED","status":429}' : receipt)
    }
    if (isHolding) held.push(answer)
    else answer()
    most = Math.max(most, held.length)
  })
  const { repository } = openTarget(url)
  const all = Array.from({ length: FILES }, () =>
    repository.submit({ collection: 'debian', bytes: new Uint8Array(10) }),
  )
  await until(() => held.length === UNDER_WAY)
  isBusy = true
  for (const answer of held.splice(0)) answer()
  // those that were refused come again, and nothing else before half of them have been taken
  await until(() => held.length === UNDER_WAY)
  isBusy = false
  for (const answer of held.splice(0)) answer()
  await until(() => held.length >= UNDER_WAY / 2)
  expect(held.length).toBeLessThan(UNDER_WAY)
  isHolding = false
  for (const answer of held.splice(0)) answer()
  expect((await Promise.all(all)).every(([outcome]) => outcome?.status === 'accepted')).toBe(true)
  expect(most).toBe(UNDER_WAY)
})
