import { describe, expect, test } from 'vitest'
import { makeTold } from '../../../src/network/announcing/told.ts'

describe('a peer', () => {
  test('is told again what has not gone out, and what has changed', () => {
    const told = makeTold()
    const first = told.begin()
    expect(first.isNews('feed', '1')).toBe(true)
    const second = told.begin()
    expect(second.isNews('feed', '1')).toBe(true)
    second.done()
    const third = told.begin()
    expect(third.isNews('feed', '1')).toBe(false)
    expect(third.isNews('other', '1')).toBe(true)
    third.done()
    expect(told.begin().isNews('feed', '2')).toBe(true)
  })

  test('takes no more room than what there is to tell, however much there was', () => {
    const told = makeTold()
    for (let round = 0; round < 100; round += 1) {
      const telling = told.begin()
      telling.isNews('hello', '')
      for (let at = 0; at < 10; at += 1) telling.isNews(`${round} ${at}`, '')
      telling.done()
    }
    expect(told.size()).toBe(11)
  })
})
