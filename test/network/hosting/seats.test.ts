import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { openHost, roundTrip } from '../../support/host.ts'
import { openTestNode } from '../../support/network.ts'
import { until } from '../../support/until.ts'

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
