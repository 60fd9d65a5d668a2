import { describe, expect, test } from 'vitest'
import { makeNeighbours } from '../../../src/network/announcing/neighbours.ts'

const hello = (publicUrl: string | undefined, readOnly = false) => ({ publicUrl, readOnly })

describe('what a neighbour says', () => {
  test('is gone with him', () => {
    const neighbours = makeNeighbours()
    neighbours.holds('peer', 'feed', 3)
    neighbours.hasTold('peer')
    neighbours.hello('peer', hello('https://a.example'))
    expect(neighbours.of('peer')).toEqual({
      hello: hello('https://a.example'),
      hasTold: true,
      holds: new Map([['feed', 3]]),
    })
    neighbours.forget('peer')
    expect(neighbours.of('peer')).toBeUndefined()
    expect(neighbours.writableUrls()).toEqual([])
  })

  test('is gone with him but for his name, until he says another or none', () => {
    const neighbours = makeNeighbours()
    neighbours.hello('peer', { ...hello(undefined), name: 'Münster' })
    neighbours.forget('peer')
    expect(neighbours.nameOf('peer')).toBe('Münster')
    neighbours.hello('peer', { ...hello(undefined), name: 'Ulm' })
    expect(neighbours.nameOf('peer')).toBe('Ulm')
    neighbours.hello('peer', hello(undefined))
    expect(neighbours.nameOf('peer')).toBeUndefined()
  })

  test('is remembered of 10,000 feeds, whose lengths go on being heard', () => {
    const neighbours = makeNeighbours()
    for (let at = 0; at < 10_001; at++) neighbours.holds('peer', `feed ${at}`, 1)
    neighbours.holds('peer', 'feed 0', 2)
    const holds = neighbours.of('peer')?.holds
    expect(holds?.size).toBe(10_000)
    expect(holds?.has('feed 10000')).toBe(false)
    expect(holds?.get('feed 0')).toBe(2)
  })

  test('is remembered of 1,000 neighbours, of whom the one not heard of for longest goes', () => {
    const neighbours = makeNeighbours()
    for (let at = 0; at < 1_000; at++) neighbours.hasTold(`peer ${at}`)
    neighbours.hasTold('peer 0')
    neighbours.hasTold('late')
    expect(neighbours.of('peer 0')).toBeDefined()
    expect(neighbours.of('peer 1')).toBeUndefined()
  })
})

test('nodes that take submissions are told each once, the latest first', () => {
  const neighbours = makeNeighbours()
  neighbours.hello('one', hello('https://a.example'))
  neighbours.hello('two', hello('https://b.example', true))
  neighbours.hello('three', hello(undefined))
  neighbours.hello('four', hello('https://c.example'))
  neighbours.hello('five', hello('https://a.example'))
  expect(neighbours.writableUrls()).toEqual(['https://a.example', 'https://c.example'])
})
