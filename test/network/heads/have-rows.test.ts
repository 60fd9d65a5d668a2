import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { heavierThan, prefixOf } from '../../../src/base/address-share.ts'
import type { HaveStatement } from '../../../src/network/frames/have-statement.ts'
import { type HaveRow, makeHaveRows, shareOfNamed } from '../../../src/network/heads/have-rows.ts'

const octet = fc.integer({ min: 1, max: 3 })
const share = fc.tuple(octet, octet, octet).map(([a, b, c]) => `10.${a}.${b}.${c}`)
const rows = fc.array(share, { maxLength: 60 }).map((shares) => shares.map(rowOf))

function rowOf(of: string, at: number): HaveRow {
  const statement: HaveStatement = {
    peerId: `peer ${at}`,
    feed: `feed ${at % 7}`,
    length: 1,
    root: '',
    lacking: [],
    time: at,
    signature: '',
  }
  return { statement, teller: '', share: of }
}

function weightsOf(some: readonly HaveRow[]): Map<string, number> {
  const weights = new Map<string, number>()
  for (const one of some) weights.set(one.share, (weights.get(one.share) ?? 0) + 1)
  return weights
}

const sumOf = (weights: readonly number[]): number =>
  weights.reduce((sum, weight) => sum + weight, 0)

test('who holds most is who holds most of all shares and prefixes, whatever came and went', () => {
  fc.assert(
    fc.property(rows, share, fc.nat(59), (some, own, removed) => {
      const kept = makeHaveRows(some)
      for (const { statement } of some.slice(0, removed))
        kept.remove(statement.feed, statement.peerId)
      const left = some.slice(removed)
      const holdings = [...weightsOf(left)].map(([one, weight]) => ({ share: one, weight }))
      expect(kept.size()).toBe(left.length)
      const found = kept.heavierThan(own)
      const expected = heavierThan(own, holdings)
      const inPrefix = (of: string | undefined): readonly number[] =>
        holdings
          .filter((one) => of !== undefined && prefixOf(one.share) === prefixOf(of))
          .map(({ weight }) => weight)
      // of prefixes that hold the same it may be another
      expect(sumOf(inPrefix(found))).toBe(sumOf(inPrefix(expected)))
      const held = holdings.find((one) => one.share === found)?.weight
      expect(held).toBe(found === undefined ? undefined : Math.max(...inPrefix(found)))
    }),
  )
})

test('strangers give way to a named peer first, and never a named peer to a stranger', () => {
  const [alice, bob] = [shareOfNamed('alice'), shareOfNamed('bob')]
  const named = Array.from({ length: 5 }, (_, at) => rowOf(alice, at))
  const strange = rowOf('10.1.1.1', 5)
  const both = makeHaveRows([...named, strange])
  expect(both.heavierThan(alice)).toBe('10.1.1.1')
  expect(both.heavierThan(bob)).toBe('10.1.1.1')
  expect(both.heavierThan('10.2.1.1')).toBe('10.1.1.1')
  const alone = makeHaveRows(named)
  expect(alone.heavierThan('10.2.1.1')).toBeUndefined()
  expect(alone.heavierThan(bob)).toBe(alice)
  expect(alone.heavierThan(alice)).toBeUndefined()
})
