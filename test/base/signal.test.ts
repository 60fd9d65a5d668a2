import { describe, expect, onTestFinished, test } from 'vitest'
import { makeSignal } from '../../src/base/signal.ts'
import { makeIndexLock } from '../../src/repository/following/index-lock.ts'

function opened<A extends readonly unknown[] = []>() {
  const faults: string[] = []
  const signal = makeSignal<A>((error) => faults.push(String(error)))
  return { signal, faults }
}

describe('a signal', () => {
  test('is told to who listens, and to nobody who has stopped', () => {
    const { signal } = opened<[number]>()
    const told: number[] = []
    signal.emit(1)
    const unlisten = signal.subscribe((what) => void told.push(what))
    signal.emit(2)
    unlisten()
    signal.emit(3)
    expect(told).toEqual([2])
  })

  test('calls all who listen before it returns, in the order in which they came', () => {
    const { signal } = opened<[string, number]>()
    const told: string[] = []
    signal.subscribe((word, count) => void told.push(`first ${word} ${count}`))
    signal.subscribe(async (word, count) => void told.push(`second ${word} ${count}`))
    signal.subscribe((word, count) => void told.push(`third ${word} ${count}`))
    signal.emit('of', 3)
    expect(told).toEqual(['first of 3', 'second of 3', 'third of 3'])
  })

  test('tells what a listener throws, calls all others all the same, and leaves no rejection that would end the process', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    const { signal, faults } = opened()
    const told: string[] = []
    signal.subscribe(() => {
      throw new Error('at once')
    })
    signal.subscribe(async () => {
      await Promise.resolve()
      throw new Error('a little later')
    })
    signal.subscribe(() => void told.push('behind both'))
    expect(signal.emit()).toBeUndefined()
    expect(told).toEqual(['behind both'])
    // rejections are told to the process behind all microtasks
    await new Promise((resolve) => setImmediate(resolve))
    expect(faults).toEqual(['Error: at once', 'Error: a little later'])
    expect(unhandled).toEqual([])
  })

  test('does not call who was stopped by one before him, nor who comes while it is told', () => {
    const { signal } = opened()
    const told: string[] = []
    const stops: (() => void)[] = []
    signal.subscribe(() => {
      for (const stop of stops) stop()
      signal.subscribe(() => void told.push('newcomer'))
    })
    stops.push(signal.subscribe(() => void told.push('stopped')))
    signal.subscribe(() => void told.push('last'))
    signal.emit()
    expect(told).toEqual(['last'])
  })

  test('calls who listens twice as often, and once when one of these has stopped', () => {
    const { signal } = opened()
    let calls = 0
    const count = (): void => void calls++
    const stop = signal.subscribe(count)
    signal.subscribe(count)
    signal.emit()
    expect(calls).toBe(2)
    stop()
    signal.emit()
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
