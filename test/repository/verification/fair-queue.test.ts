import { expect, test } from 'vitest'
import { makeFairQueue } from '../../../src/repository/verification/fair-queue.ts'

test('whoever comes last with one thing waits for none of a flood', () => {
  const queue = makeFairQueue<string>()
  for (let at = 0; at < 1000; at++) queue.add('flood', `flood ${at}`)
  queue.next()
  queue.charge('flood', 50)
  queue.add('honest', 'honest')
  expect(queue.next()).toBe('honest')
})

test('who is served less than others gets more turns, as much as it takes to be even', () => {
  const queue = makeFairQueue<string>()
  for (let at = 0; at < 100; at++) for (const owner of ['dear', 'cheap']) queue.add(owner, owner)
  let dear = 0
  for (let at = 0; at < 60; at++) {
    const owner = queue.next() ?? ''
    queue.charge(owner, owner === 'dear' ? 10 : 1)
    if (owner === 'dear') dear += 1
  }
  expect(dear).toBeGreaterThan(3)
  expect(dear).toBeLessThan(9)
})

test('nobody saves up while away', () => {
  const queue = makeFairQueue<string>()
  queue.add('away', 'away')
  queue.next()
  for (let at = 0; at < 10; at++) {
    queue.add('busy', 'busy')
    queue.next()
    queue.charge('busy', 100)
  }
  for (let at = 0; at < 10; at++) for (const owner of ['away', 'busy']) queue.add(owner, owner)
  const turns: string[] = []
  for (let at = 0; at < 8; at++) {
    const owner = queue.next() ?? ''
    queue.charge(owner, 100)
    turns.push(owner)
  }
  expect(turns.filter((owner) => owner === 'busy').length).toBeGreaterThan(2)
})

test('what may not be taken now stays, and others go before it', () => {
  const queue = makeFairQueue<string>()
  queue.add('one', 'keys')
  queue.add('two', 'certification')
  expect(queue.next((item) => item !== 'keys')).toBe('certification')
  expect(queue.next((item) => item !== 'keys')).toBeUndefined()
  expect(queue.size()).toBe(1)
  expect(queue.next()).toBe('keys')
})
