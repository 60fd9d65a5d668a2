import { expect, test } from 'vitest'
import { simulate } from '../../scripts/sim/scenario.ts'

const WORLD = { name: 'small', nodes: 40, hours: 0.2, seed: 1 } as const

test('nodes of which as many leave and come in an hour as there are stay one mesh', async () => {
  const { worst, links } = await simulate({ ...WORLD, attackers: 0, churn: 1 }, () => undefined)
  expect(worst).toBe(1)
  expect(links).toBeGreaterThan(6)
})

test('one in ten who tells only lies parts nobody from the others', async () => {
  const few = { ...WORLD, nodes: 20, attackers: 0.1, churn: 1 }
  const { worst } = await simulate(few, () => undefined)
  expect(worst).toBe(1)
})

test('the same seed gives the same outcome', async () => {
  const few = { ...WORLD, nodes: 10, hours: 0.1, attackers: 0.1, churn: 1 }
  expect(await simulate(few, () => undefined)).toEqual(await simulate(few, () => undefined))
})
