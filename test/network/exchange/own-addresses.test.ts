import { generateKeyPair } from '@libp2p/crypto/keys'
import { describe, expect, test } from 'vitest'
import { isShared, sharedAddresses } from '../../../src/network/exchange/own-addresses.ts'
import { makeOwnRecords } from '../../../src/network/exchange/own-records.ts'
import { HOUR, NOW } from '../../support/peer-records.ts'

const PUBLIC = '/ip4/5.9.0.1/tcp/8001'
const LOCAL = '/ip4/127.0.0.1/tcp/8001'

describe('the addresses of a node', () => {
  test('are told unless it is read-only, or its operator says otherwise', () => {
    expect(isShared({ shareAddress: undefined, readOnly: false })).toBe(true)
    expect(isShared({ shareAddress: undefined, readOnly: true })).toBe(false)
    expect(isShared({ shareAddress: true, readOnly: true })).toBe(true)
    expect(isShared({ shareAddress: false, readOnly: false })).toBe(false)
  })

  test('are public ones and local ones, and none that is behind something else', () => {
    const found = [
      `${PUBLIC}/p2p/12D3KooWGx`,
      PUBLIC,
      LOCAL,
      '/ip4/192.168.0.5/tcp/1',
      '/dns4/a/tcp/1',
      '/ip4/5.9.0.1/udp/1',
    ]
    expect(sharedAddresses(found)).toEqual({
      public: [PUBLIC],
      local: [LOCAL, '/ip4/192.168.0.5/tcp/1'],
    })
  })

  test('are signed anew when they have changed, and when that is three hours old', async () => {
    const clock = { now: NOW }
    let addresses = [PUBLIC, LOCAL]
    const own = makeOwnRecords(
      await generateKeyPair('Ed25519'),
      () => addresses,
      () => clock.now,
    )
    expect(await own.renew()).toBe(true)
    expect(own.all().map(({ scope }) => scope)).toEqual(['public', 'local'])
    expect(await own.renew()).toBe(false)
    clock.now += 3 * HOUR
    expect(await own.renew()).toBe(true)
    expect(own.all().map(({ time }) => time)).toEqual([clock.now, clock.now])
    addresses = ['/ip4/5.9.0.1/tcp/9']
    expect(await own.renew()).toBe(true)
    expect(own.all()).toMatchObject([{ addresses, time: clock.now + 1 }])
    addresses = []
    expect(await own.renew()).toBe(true)
    expect(own.all()).toEqual([])
  })

  test('that are names are looked up by the node itself', async () => {
    const own = makeOwnRecords(
      await generateKeyPair('Ed25519'),
      () => ['/dns4/localhost/tcp/8001', '/dns4/name.invalid/tcp/8001'],
      () => NOW,
    )
    await own.renew()
    expect(own.all()).toMatchObject([{ addresses: [LOCAL] }])
  })
})
