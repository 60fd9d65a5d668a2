import { expect, test } from 'vitest'
import { makeGate } from '../../src/repository/gate.ts'

test('a gate lets two in at once, lets one wait, and refuses the rest', async () => {
  const gate = makeGate({ atOnce: 2, waiting: 1 })
  const ends: (() => void)[] = []
  const enter = () =>
    gate.pass(
      () =>
        new Promise<void>((resolve) => {
          ends.push(resolve)
        }),
    )
  const [first, second, third] = [enter(), enter(), enter()]
  await expect(enter()).rejects.toMatchObject({ code: 'RATE_EXCEEDED' })
  expect(ends).toHaveLength(2)
  ends[0]?.()
  await first
  await expect.poll(() => ends.length).toBe(3)
  ends[1]?.()
  ends[2]?.()
  await Promise.all([second, third])
  const fourth = enter()
  ends[3]?.()
  await fourth
})

test('a gate is free again after a failure', async () => {
  const gate = makeGate({ atOnce: 1, waiting: 0 })
  await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await gate.pass(() => Promise.resolve(1))).toBe(1)
})
