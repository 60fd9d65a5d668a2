import { describe, expect, test } from 'vitest'
import { makePace } from '../../src/client/pace.ts'

interface Running {
  readonly name: number
  readonly end: () => void
}

/** Tasks that last until they are ended, first come first. */
function tasks(pace: ReturnType<typeof makePace>) {
  const running: Running[] = []
  let most = 0
  return {
    running,
    most: () => most,
    begin: (name: number, bytes = 0) =>
      pace.run(
        bytes,
        () =>
          new Promise<void>((end) => {
            running.push({ name, end })
            most = Math.max(most, running.length)
          }),
      ),
    endFirst: async () => {
      running.shift()?.end()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

describe('what is under way', () => {
  test('is as much as the limit says, and the rest comes in its order', async () => {
    const { begin, running, endFirst, most } = tasks(makePace({ atOnce: 3, bytes: 100 }))
    const all = numbers(7).map((name) => begin(name))
    const seen: number[] = []
    while (running.length > 0) {
      seen.push(running[0]?.name ?? -1)
      await endFirst()
    }
    await Promise.all(all)
    expect(seen).toEqual(numbers(7))
    expect(most()).toBe(3)
  })

  test('has no more bytes than the limit says, unless one alone has', async () => {
    const { begin, running, endFirst } = tasks(makePace({ atOnce: 9, bytes: 100 }))
    const all = [60, 40, 1, 500, 1].map((bytes, name) => begin(name, bytes))
    const names = () => running.map(({ name }) => name)
    expect(names()).toEqual([0, 1])
    await endFirst()
    // what is large waits until it is alone, and holds up what stands behind it
    expect(names()).toEqual([1, 2])
    await endFirst()
    await endFirst()
    expect(names()).toEqual([3])
    await endFirst()
    expect(names()).toEqual([4])
    await endFirst()
    await Promise.all(all)
  })

  test('leaves room when a task fails', async () => {
    const pace = makePace({ atOnce: 1, bytes: 1 })
    await expect(pace.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await pace.run(1, async () => 'yes')).toBe('yes')
  })

  test('is half as much once patience was asked for, and grows again up to the limit', async () => {
    const pace = makePace({ atOnce: 8, bytes: 1 })
    // two of those that are under way are told so
    pace.slowDown(5)
    pace.slowDown(5)
    const { begin, running, endFirst, most } = tasks(pace)
    const all = numbers(60).map((name) => begin(name))
    expect(running).toEqual([])
    await expect.poll(() => running.length).toBe(4)
    for (let at = 0; at < 4; at += 1) await endFirst()
    expect(running.length).toBe(5)
    while (running.length > 0) await endFirst()
    await Promise.all(all)
    expect(most()).toBe(8)
  })
})
