import { expect, test } from 'vitest'
import { makeKeyedMutex, makeMutex } from '../../src/base/mutex.ts'
import { latch } from '../support/latch.ts'

test('tasks run one after the other, and one that fails does not stop the next', async () => {
  const mutex = makeMutex()
  const seen: string[] = []
  const first = latch()
  const failing = mutex.run(async () => {
    seen.push('begun')
    await first.opened
    throw new Error('broken')
  })
  const next = mutex.run(async () => {
    seen.push('next')
    return 'done'
  })
  await Promise.resolve()
  expect(seen).toEqual(['begun'])
  first.open()
  await expect(failing).rejects.toThrow('broken')
  expect(await next).toBe('done')
  await mutex.idle()
  expect(seen).toEqual(['begun', 'next'])
})

test('tasks of different names do not wait for each other, those of one do', async () => {
  const mutex = makeKeyedMutex()
  const first = latch()
  const seen: string[] = []
  const waiting = mutex.run('a', () => first.opened)
  const behind = mutex.run('a', async () => void seen.push('behind'))
  await mutex.run('b', async () => void seen.push('beside'))
  expect(seen).toEqual(['beside'])
  first.open()
  await Promise.all([waiting, behind])
  expect(seen).toEqual(['beside', 'behind'])
})

test('who waits for a name waits for all that was asked of it, and who waits for all for every name', async () => {
  const mutex = makeKeyedMutex()
  const [first, other] = [latch(), latch()]
  const seen: string[] = []
  const failing = mutex.run('a', async () => {
    await first.opened
    throw new Error('broken')
  })
  const tasks = Promise.allSettled([
    failing,
    mutex.run('a', async () => void seen.push('behind')),
    mutex.run('b', () => other.opened),
  ])
  const ofName = mutex.idle('a').then(() => seen.push('idle'))
  const ofAll = mutex.allIdle().then(() => seen.push('all idle'))
  await mutex.idle('nothing was asked of it')
  expect(seen).toEqual([])
  first.open()
  await ofName
  expect(seen).toEqual(['behind', 'idle'])
  other.open()
  await Promise.all([ofAll, tasks])
  expect(seen).toEqual(['behind', 'idle', 'all idle'])
})
