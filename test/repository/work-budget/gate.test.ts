import { describe, expect, test } from 'vitest'
import { runAs } from '../../../src/base/requester.ts'
import { makePause } from '../../../src/repository/work-budget/work-budget.ts'
import { makeGate } from '../../../src/repository/work-budget/gate.ts'
import { makeSharedAnswers } from '../../../src/repository/work-budget/shared-answers.ts'
import { costOf } from '../../support/cost-of.ts'
import { latch } from '../../support/latch.ts'

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

test('a thousand who hang up together are let go together', async () => {
  const cost = await costOf(async () => {
    const gate = makeGate({ atOnce: 1, waiting: 1_000 })
    const { open, opened } = latch()
    const first = gate.pass(() => opened)
    let isGone = false
    const others = Array.from({ length: 1_000 }, (_, at) =>
      gate.pass(async () => undefined, {
        share: `192.0.${Math.floor(at / 250)}.${at % 250}`,
        isGone: () => isGone,
      }),
    )
    isGone = true
    open()
    await first
    for (const { status } of await Promise.allSettled(others)) expect(status).toBe('rejected')
  })
  expect(cost).toBeLessThan(60)
})

describe('of one address', () => {
  test('only half are let in, and the next is whose turn is longest ago', async () => {
    const gate = makeGate({ atOnce: 4, waiting: 40 })
    const order: string[] = []
    const { open, opened } = latch()
    const ask = (share: string) =>
      gate.pass(
        async () => {
          order.push(share)
          await opened
        },
        { share, isGone: () => false },
      )
    const flood = Array.from({ length: 8 }, () => ask('192.0.2.1'))
    expect(order).toEqual(['192.0.2.1', '192.0.2.1'])
    const others = [ask('192.0.2.2'), ask('198.51.100.1'), ask('203.0.113.1')]
    expect(order.slice(2)).toEqual(['192.0.2.2', '198.51.100.1'])
    open()
    await Promise.all([...flood, ...others])
    expect(order[4]).toBe('203.0.113.1')
  })

  test('all may wait as long as nobody else comes; who is refused is told how long', async () => {
    const gate = makeGate({ atOnce: 1, waiting: 8 })
    const { open, opened } = latch()
    const ask = (share: string) => gate.pass(() => opened, { share, isGone: () => false })
    const first = ask('192.0.2.1')
    const own = [ask('192.0.2.1'), ask('192.0.2.1')]
    const many = Array.from({ length: 6 }, (_, at) => ask(`192.0.3.${at}`))
    const all = Promise.allSettled([...own, ...many])
    // the last of whoever has most waiting, in the network that has
    const honest = ask('198.51.100.1')
    await expect(own[1]).rejects.toMatchObject({ code: 'RATE_EXCEEDED', retryAfter: 1 })
    await expect(ask('192.0.4.1')).rejects.toMatchObject({ code: 'RATE_EXCEEDED' })
    open()
    await Promise.all([first, honest])
    expect((await all).filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })

  test('who has gone is not let in and takes no place', async () => {
    const gate = makeGate({ atOnce: 1, waiting: 1 })
    const { open, opened } = latch()
    let isGone = false
    const first = gate.pass(() => opened, { share: '192.0.2.1', isGone: () => false })
    let made = 0
    const left = gate.pass(
      async () => {
        made += 1
      },
      { share: '192.0.2.1', isGone: () => isGone },
    )
    isGone = true
    const late = gate.pass(() => Promise.resolve('late'), {
      share: '192.0.2.1',
      isGone: () => false,
    })
    await expect(left).rejects.toMatchObject({ code: 'ASKER_GONE' })
    open()
    await first
    expect([await late, made]).toEqual(['late', 0])
  })
})

test('an answer that several wait for is made until the last has gone', async () => {
  const { share } = makeSharedAnswers()
  const gone = new Set<string>()
  const as = (name: string) => ({ share: name, isGone: () => gone.has(name) })
  let rounds = 0
  const scan = async () => {
    const rest = makePause()
    for (;;) {
      rounds += 1
      const began = performance.now()
      while (performance.now() - began < 6);
      await rest()
    }
  }
  const ask = (name: string) => runAs(as(name), () => share('all', scan))
  const asked = Promise.allSettled([ask('one'), ask('two')])
  gone.add('one')
  const before = rounds
  await expect.poll(() => rounds).toBeGreaterThan(before + 2)
  gone.add('two')
  for (const { status } of await asked) expect(status).toBe('rejected')
  const after = rounds
  // who comes then begins anew
  gone.delete('two')
  const late = ask('two').catch((error: unknown) => error)
  await expect.poll(() => rounds).toBeGreaterThan(after)
  gone.add('two')
  expect(await late).toMatchObject({ code: 'ASKER_GONE' })
})
