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
