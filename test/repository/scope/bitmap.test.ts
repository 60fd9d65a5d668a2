import { describe, expect, test } from 'vitest'
import { makeBitmap, type Page } from '../../../src/repository/scope/bitmap.ts'

const NUMBERS = [0, 1, 7, 8, 4_095, 4_096, 99_999, 10_000_000]

describe('a bitmap', () => {
  test('has what was added to it and nothing else, each once', () => {
    const bits = makeBitmap([])
    for (const number of [...NUMBERS, ...NUMBERS]) bits.add(number)
    expect(bits.count()).toBe(NUMBERS.length)
    for (const number of NUMBERS) {
      expect(bits.has(number)).toBe(true)
      expect(bits.has(number + 2)).toBe(false)
    }
  })

  test('is the same when it is made of its pages, of which only those that have changed are given', () => {
    const bits = makeBitmap([])
    for (const number of NUMBERS) bits.add(number)
    const pages = new Map<number, Page>()
    const keep = (): number => {
      const changed = bits.changed()
      for (const page of changed) pages.set(page.number, page)
      return changed.length
    }
    expect(keep()).toBe(4)
    expect(keep()).toBe(0)
    bits.add(0)
    expect(keep()).toBe(0)
    bits.add(3)
    expect(keep()).toBe(1)
    const again = makeBitmap(pages.values())
    expect(again.count()).toBe(NUMBERS.length + 1)
    expect([...NUMBERS, 3].every(again.has)).toBe(true)
    again.clear()
    expect([again.count(), again.has(3)]).toEqual([0, false])
  })

  test('gives pages again that could not be written, as they are then', () => {
    const bits = makeBitmap([])
    bits.add(1)
    const pages = bits.changed()
    bits.add(5_000)
    bits.unwritten(pages)
    expect(new Set(bits.changed().map(({ number }) => number))).toEqual(new Set([0, 1]))
    bits.unwritten(pages)
    bits.add(2)
    const again = makeBitmap(bits.changed())
    expect([1, 2, 5_000].map(again.has)).toEqual([true, true, false])
  })

  test('of a million numbers has a page for each 4,096 of them', () => {
    const bits = makeBitmap([])
    for (let number = 0; number < 1_000_000; number += 1) bits.add(number)
    const pages = bits.changed()
    expect(pages.length).toBe(Math.ceil(1_000_000 / 4_096))
    expect(new Set(pages.map(({ bytes }) => bytes.length))).toEqual(new Set([512]))
  })
})
