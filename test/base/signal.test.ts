import { expect, it } from 'vitest'
import { makeSignal } from '../../src/base/signal.ts'
import { makeIndexLock } from '../../src/repository/following/index-lock.ts'
import { latch } from '../support/latch.ts'

it('a signal is told to who listens, and is told when he is done', async () => {
  const signal = makeSignal<number>()
  const told: number[] = []
  await signal.tell(1)
  const gate = latch()
  const unlisten = signal.listen(async (what) => {
    await gate.opened
    told.push(what)
  })
  const telling = signal.tell(2)
  expect(told).toEqual([])
  gate.open()
  await telling
  unlisten()
  await signal.tell(3)
  expect(told).toEqual([2])
})

it('a task under the index lock fails with what is done behind it, and the next one runs all the same', async () => {
  const lock = makeIndexLock()
  const unlisten = lock.onDone(() => Promise.reject(new Error('behind')))
  await expect(lock.run(async () => 1)).rejects.toThrow('behind')
  unlisten()
  expect(await lock.run(async () => 2)).toBe(2)
})
