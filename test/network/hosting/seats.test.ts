import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import {
  prefixPart,
  prefixSeats,
  seatFor,
  tellerSeats,
} from '../../../src/network/hosting/seats.ts'
import { openHost, roundTrip } from '../../support/host.ts'
import { openTestNode } from '../../support/network.ts'
import { until } from '../../support/until.ts'

const seatsOf = (...shares: readonly string[]) => shares.map((share) => ({ share }))
/** So many addresses of one prefix. */
const neighbours = (count: number, prefix = '203.0') =>
  Array.from({ length: count }, (_, at) => `${prefix}.${at}.1`)
const MOST = 64

describe('a newcomer', () => {
  test('sits down as long as there are seats, and his prefix has less than its part of them', () => {
    expect(seatFor('203.0.9.9', seatsOf(...neighbours(3)), MOST)).toEqual({ kind: 'free' })
    expect(seatFor('203.0.9.9', seatsOf(...neighbours(4)), MOST)).toEqual({ kind: 'full' })
    expect(seatFor('198.51.9.9', seatsOf(...neighbours(4)), MOST)).toEqual({ kind: 'free' })
  })

  test('takes the place of whoever has most in his prefix, of which the last gives way', () => {
    const greedy = seatsOf('203.0.7.7', '203.0.7.7', '203.0.7.7')
    expect(seatFor('203.0.9.9', [...greedy, ...seatsOf('203.0.8.8')], MOST)).toEqual({
      kind: 'instead',
      of: greedy,
    })
    expect(seatFor('203.0.7.7', [...greedy, ...seatsOf('203.0.8.8')], MOST)).toEqual({
      kind: 'full',
    })
  })

  test('whose prefix has its part takes the place of nobody elsewhere, however much they have', () => {
    const elsewhere = Array.from({ length: 20 }, () => '198.51.7.7')
    const seats = seatsOf(...elsewhere, ...neighbours(4))
    expect(seatFor('203.0.9.9', seats, MOST)).toEqual({ kind: 'full' })
  })

  test('finds all seats taken, and takes one of the prefix that has most of them', () => {
    const all = Array.from({ length: 20 }, (_, at) => neighbours(at === 7 ? 4 : 3, `198.${at}`))
    const seats = seatsOf(...all.flat())
    const heavy = seats.filter(({ share }) => share.startsWith('198.7.'))
    expect(seatFor('203.0.9.9', seats, seats.length)).toEqual({
      kind: 'instead',
      of: heavy.slice(0, 1),
    })
  })
})

test('one prefix has a sixteenth of all, a private network half, and either of them four at least', () => {
  expect(prefixPart('203.0.113.1')).toBe(1 / 16)
  expect(prefixSeats('203.0.113.1', 160)).toBe(10)
  expect(prefixSeats('192.168.1.1', 160)).toBe(80)
  expect(tellerSeats(160)).toBe(10)
  for (const share of ['203.0.113.1', '127.0.0.1']) expect(prefixSeats(share, 2)).toBe(4)
  expect(tellerSeats(2)).toBe(4)
})

test('peers of one address that take all seats leave them to who comes from another', async () => {
  const node = await openTestNode({ mostStrangers: 8 })
  const to = multiaddr(node.address)
  const many = await Promise.all(Array.from({ length: 9 }, () => openHost('127.0.0.2')))
  for (const host of many) await host.dial(to).catch(() => undefined)
  const sitting = (): number => many.filter((host) => host.getConnections().length > 0).length
  // half of the seats are the most of a private network
  await until(() => sitting() === 4)
  const others = [await openHost('127.0.0.3'), await openHost('127.0.0.4')]
  for (const host of others) await host.dial(to)
  await until(() => sitting() === 2)
  for (const host of others) expect(await roundTrip(host, to)).toBeGreaterThanOrEqual(0)
  // those who were there first
  expect(many.slice(0, 2).map((host) => host.getConnections().length)).toEqual([1, 1])
})

test('in seats of equals nobody takes turns', async () => {
  const node = await openTestNode({ mostStrangers: 8 })
  const to = multiaddr(node.address)
  const four = await Promise.all([5, 6, 7, 8].map((at) => openHost(`127.0.0.${at}`)))
  for (const host of four) await host.dial(to)
  const late = await openHost('127.0.0.9')
  await late.dial(to).catch(() => undefined)
  await until(() => late.getConnections().length === 0)
  for (const host of four) expect(await roundTrip(host, to)).toBeGreaterThanOrEqual(0)
})
