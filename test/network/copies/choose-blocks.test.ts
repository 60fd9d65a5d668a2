import { expect, test } from 'vitest'
import { sampleOf, tipOf } from '../../../src/network/copies/choose-blocks.ts'

/** A feed of so many blocks, of which some are not here. */
function feedOf(length: number, missing: readonly number[] = []) {
  const has = (at: number): boolean => at >= 0 && at < length && !missing.includes(at)
  const nextHere = (from: number): number | undefined => {
    for (let at = from; at < length; at += 1) if (has(at)) return at
    return undefined
  }
  return { length, has, nextHere }
}

const ALL = { length: 1_000, lacking: [], isSigned: true }
const atRandom = (bound: number): number => Math.floor(Math.random() * bound)
/** From 0 up to `bound`, evenly, one after the other. */
function evenly(): (bound: number) => number {
  let at = 0
  return (bound) => (at++ * 7) % bound
}

test('three data blocks are asked for, of which one is of the newest eight', () => {
  for (let round = 0; round < 50; round += 1) {
    const chosen = sampleOf(feedOf(1_000), ALL, atRandom)
    expect(new Set(chosen).size).toBe(3)
    expect(chosen.every((at) => at === 0 || at % 2 === 1)).toBe(true)
    expect(chosen.some((at) => at >= 991)).toBe(true)
  }
})

test('all of a short feed is asked for', () => {
  expect(sampleOf(feedOf(5), ALL, evenly())).toEqual([0, 1, 2, 3, 4])
})

test('nothing is asked for that is not here, or that the peer says it lacks', () => {
  const feed = feedOf(100, [3, 5])
  const claim = { length: 40, lacking: [{ first: 10, count: 20 }], isSigned: true }
  for (let round = 0; round < 50; round += 1)
    for (const at of sampleOf(feed, claim, atRandom)) {
      expect(feed.has(at)).toBe(true)
      expect(at < 10 || (at >= 30 && at < 40)).toBe(true)
    }
})

test('of a feed of which nearly nothing is here that is asked for, and of one of which nothing is, nothing', () => {
  const rest = Array.from({ length: 5_000 }, (_, at) => at).filter((at) => at !== 4_000)
  const claim = { length: 5_000, lacking: [], isSigned: true }
  expect(sampleOf(feedOf(5_000, rest), claim, () => 0)).toEqual([4_000])
  expect(sampleOf(feedOf(5_000, [...rest, 4_000]), claim, () => 0)).toEqual([])
})

test('of what was just appended the newest is asked for that a peer has neither signed to have nor proved to have', () => {
  const claim = { length: 7, lacking: [{ first: 5, count: 1 }], isSigned: true }
  expect(tipOf(feedOf(9), claim, [8])).toEqual([7, 5])
  expect(tipOf(feedOf(9), { ...claim, isSigned: false }, [8])).toEqual([7, 6, 5, 4])
})
