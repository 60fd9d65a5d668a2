import { describe, expect, test } from 'vitest'
import { makeSignal } from '../../src/base/signal.ts'
import { makeIndexLock } from '../../src/repository/following/index-lock.ts'
import { latch } from '../support/latch.ts'

describe('a signal', () => {
  test('is told to who listens, and is told when he is done', async () => {
    const signal = makeSignal<[number]>()
    const told: number[] = []
    await signal.emit(1)
    const gate = latch()
    const unlisten = signal.subscribe(async (what) => {
      await gate.opened
      told.push(what)
    })
    const telling = signal.emit(2)
    expect(told).toEqual([])
    gate.open()
    await telling
    unlisten()
    await signal.emit(3)
    expect(told).toEqual([2])
  })

  test('calls all who listen before it returns, in the order in which they came', async () => {
    const signal = makeSignal<[string, number]>()
    const told: string[] = []
    signal.subscribe((word, count) => void told.push(`first ${word} ${count}`))
    signal.subscribe(async (word, count) => void told.push(`second ${word} ${count}`))
    signal.subscribe((word, count) => void told.push(`third ${word} ${count}`))
    const telling = signal.emit('of', 3)
    expect(told).toEqual(['first of 3', 'second of 3', 'third of 3'])
    await telling
  })

  test('fails with the first who fails, and calls all others all the same', async () => {
    const signal = makeSignal()
    const told: string[] = []
    signal.subscribe(() => {
      throw new Error('at once')
    })
    signal.subscribe(async () => {
      throw new Error('a little later')
    })
    signal.subscribe(() => void told.push('behind both'))
    const telling = signal.emit()
    expect(told).toEqual(['behind both'])
    await expect(telling).rejects.toThrow('at once')
  })

  test('does not call who was stopped by one before him, nor who comes while it is told', async () => {
    const signal = makeSignal()
    const told: string[] = []
    const stops: (() => void)[] = []
    signal.subscribe(() => {
      for (const stop of stops) stop()
      signal.subscribe(() => void told.push('newcomer'))
    })
    stops.push(signal.subscribe(() => void told.push('stopped')))
    signal.subscribe(() => void told.push('last'))
    await signal.emit()
    expect(told).toEqual(['last'])
  })

  test('calls who listens twice as often, and once when one of these has stopped', async () => {
    const signal = makeSignal()
    let calls = 0
    const count = (): void => void calls++
    const stop = signal.subscribe(count)
    signal.subscribe(count)
    await signal.emit()
    expect(calls).toBe(2)
    stop()
    await signal.emit()
    expect(calls).toBe(3)
  })
})

test('a task under the index lock fails with what is done behind it, and the next one runs all the same', async () => {
  const lock = makeIndexLock()
  const unlisten = lock.onDone(() => Promise.reject(new Error('behind')))
  await expect(lock.run(async () => 1)).rejects.toThrow('behind')
  unlisten()
  expect(await lock.run(async () => 2)).toBe(2)
})
