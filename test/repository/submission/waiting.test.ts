import { describe, expect, onTestFinished, test } from 'vitest'
import { openState, type State } from '../../../src/state/database.ts'
import { DOCUMENT, type NewWaitingItem, SIGNATURE } from '../../../src/state/waiting-item.ts'
import { ADDRESS_SHARE, SIGNATURE_PATIENCE } from '../../../src/state/waiting-share.ts'
import { MAX_VARIANTS, openWaitingPlace, WAITING_LIMITS } from '../../../src/state/waiting-place.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const full = { code: 'WAITING_FULL' }

async function opened(): Promise<State> {
  const state = await openState(await temporaryDirectory())
  onTestFinished(() => state.close())
  return state
}

function forKey(id: string, change: Partial<NewWaitingItem> = {}): NewWaitingItem {
  return {
    collection: 'debian',
    waitsFor: { kind: 'key', keyId: '0123456789ABCDEF' },
    id,
    address: '192.0.2.1',
    bytes: bytes(`bytes of ${id}`),
    ...change,
  }
}

const forPath = (id: string, change: Partial<NewWaitingItem> = {}): NewWaitingItem =>
  forKey(id, { collection: 'maven', waitsFor: { kind: 'path', path: 'g/a/1' }, ...change })

const atPath = (of: string): Partial<NewWaitingItem> => ({ waitsFor: { kind: 'path', path: of } })
const path = (name: string) => forPath(DOCUMENT, atPath(name))

const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)

describe('the waiting place', () => {
  test('gives what waits for a key from every collection, and the files that wait at a path from one', async () => {
    const place = await openWaitingPlace(await opened(), () => 1_000, WAITING_LIMITS)
    await place.put(forKey('one'))
    await place.put(forKey('two', { collection: 'maven' }))
    await place.put(forKey('other', { waitsFor: { kind: 'key', keyId: 'FFFFFFFFFFFFFFFF' } }))
    await place.put(forPath('.asc'))
    await place.put(forPath('.sha1'))
    await place.put(forPath('.asc', { collection: 'other' }))
    await place.put(forPath('.asc', { waitsFor: { kind: 'path', path: 'g/a/1/2' } }))
    await place.put(forKey('same word', { waitsFor: { kind: 'key', keyId: 'g/a/1' } }))
    expect(ids(await place.listByKey('0123456789ABCDEF'))).toEqual(['one', 'two'])
    const files = await place.listByPath('maven', 'g/a/1')
    expect(ids(files)).toEqual(['.asc', '.sha1'])
    expect(files[0]).toMatchObject({ ...forPath('.asc'), expires: 1_000 + WAITING_LIMITS.time })
    await place.remove(files)
    expect(await place.listByPath('maven', 'g/a/1')).toEqual([])
    expect(place.counts().items).toBe(6)
  })

  test('survives a restart', async () => {
    const directory = await temporaryDirectory()
    const first = await openState(directory)
    const before = await openWaitingPlace(first, () => 5, WAITING_LIMITS)
    await before.put(forKey('one'))
    await before.put(forPath('.asc'))
    const items = await before.listByKey('0123456789ABCDEF')
    await first.close()
    const state = await openState(directory)
    onTestFinished(() => state.close())
    const place = await openWaitingPlace(state, () => 5, WAITING_LIMITS)
    expect(await place.listByKey('0123456789ABCDEF')).toEqual(items)
    expect(place.counts()).toEqual(before.counts())
    await place.put(forKey('two'))
    expect(ids(await place.listByKey('0123456789ABCDEF'))).toEqual(['one', 'two'])
  })

  test('keeps the same bytes once, and their time is not made longer', async () => {
    let now = 0
    const place = await openWaitingPlace(await opened(), () => now, WAITING_LIMITS)
    const [first, atOnce] = await Promise.all([place.put(forKey('one')), place.put(forKey('one'))])
    now = 500
    expect([atOnce, await place.put(forKey('one'))]).toEqual([first, first])
    expect(place.counts().items).toBe(1)
  })

  test('lets nobody push out what another address sent, not even the same bytes', async () => {
    const state = await opened()
    const place = await openWaitingPlace(state, () => 0, WAITING_LIMITS)
    await place.put(forKey('one', { address: '198.51.100.7' }))
    await place.put(forKey('one', { address: '192.0.2.1' }))
    for (let at = 0; at < MAX_VARIANTS; at++)
      await place.put(forKey('one', { address: '198.51.100.7', bytes: bytes(`bogus ${at}`) }))
    const found = await place.listByKey('0123456789ABCDEF')
    expect(found.map((item) => new TextDecoder().decode(item.bytes))).toEqual([
      'bytes of one',
      ...Array.from({ length: MAX_VARIANTS }, (_, at) => `bogus ${at}`),
    ])
    await place.put(forKey('one', { address: '203.0.113.5' }))
    const again = await place.listByKey('0123456789ABCDEF')
    expect(again).toEqual(found)
    await place.remove(again.slice(0, 1))
    expect(place.counts().items).toBe(MAX_VARIANTS)
    expect((await openWaitingPlace(state, () => 0, WAITING_LIMITS)).counts().items).toBe(
      MAX_VARIANTS,
    )
  })

  test('keeps eight variants of one thing, the oldest go', async () => {
    const state = await opened()
    const place = await openWaitingPlace(state, () => 0, WAITING_LIMITS)
    const put = (at: number) => place.put(forKey('one', { bytes: bytes(`variant ${at}`) }))
    await place.put(forKey('another'))
    await Promise.all(Array.from({ length: 11 }, (_, at) => put(at)))
    const kept = (await place.listByKey('0123456789ABCDEF')).filter(({ id }) => id === 'one')
    expect(kept.map((item) => new TextDecoder().decode(item.bytes))).toEqual(
      Array.from({ length: MAX_VARIANTS }, (_, at) => `variant ${at + 3}`),
    )
    expect(place.counts().items).toBe(MAX_VARIANTS + 1)
    expect((await openWaitingPlace(state, () => 0, WAITING_LIMITS)).counts()).toEqual(
      place.counts(),
    )
  })

  test('forgets after 24 hours', async () => {
    let now = 0
    const state = await opened()
    const place = await openWaitingPlace(state, () => now, WAITING_LIMITS)
    await place.put(forKey('one'))
    now = WAITING_LIMITS.time - 1
    await place.put(forKey('two'))
    expect(place.counts().items).toBe(2)
    now = WAITING_LIMITS.time
    expect(ids(await place.listByKey('0123456789ABCDEF'))).toEqual(['two'])
    expect(place.counts().items).toBe(1)
    expect([await place.expire(), await place.expire()]).toEqual([1, 0])
    expect((await openWaitingPlace(state, () => 0, WAITING_LIMITS)).counts().items).toBe(1)
  })

  test('holds so many items, one address a quarter and one prefix a half of them', async () => {
    let now = 0
    const limits = { ...WAITING_LIMITS, items: 40 }
    const place = await openWaitingPlace(await opened(), () => now, limits)
    const share = limits.items / ADDRESS_SHARE
    const from = (address: string, at: number) => place.put(forKey(`${at}`, { address }))
    for (const [part, network] of ['192.0', '192.0', '198.51', '203.0'].entries())
      await Promise.all(
        Array.from({ length: share }, (_, at) => from(`${network}.2.${part}`, part * share + at)),
      )
    // who holds most in the prefix that holds most makes room
    await from('198.18.0.1', 5_000)
    const kept = ids(await place.listByKey('0123456789ABCDEF'))
    expect(kept).toEqual([
      ...Array.from({ length: limits.items - 1 }, (_, at) => `${at + 1}`),
      '5000',
    ])
    await from('192.0.2.77', 5_001)
    expect(place.counts().items).toBe(limits.items)
    await place.remove(await place.listByKey('0123456789ABCDEF'))
    expect(place.counts()).toEqual({ items: 0, bytes: 0 })
    now = 1_000
    const results = await Promise.allSettled(
      Array.from({ length: share + 3 }, (_, at) => from('192.0.2.1', at)),
    )
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3)
    await from('192.0.2.2', 5_002)
    now += WAITING_LIMITS.time
    await from('192.0.2.1', 5_003)
    expect(place.counts().items).toBe(1)
  })

  test('that many share alike takes nothing from any of them', async () => {
    const limits = { ...WAITING_LIMITS, items: 20 }
    const place = await openWaitingPlace(await opened(), () => 0, limits)
    for (let part = 0; part < 20; part++)
      await place.put(forKey(`${part}`, { address: `192.${part}.2.1` }))
    const late = forKey('late', { address: '198.51.100.1' })
    await expect(place.put(late)).rejects.toMatchObject(full)
    expect(ids(await place.listByKey('0123456789ABCDEF'))).toEqual(
      Array.from({ length: 20 }, (_, at) => `${at}`),
    )
  })

  test('holds 32 MiB, and one address a quarter of them', async () => {
    const place = await openWaitingPlace(await opened(), () => 0, WAITING_LIMITS)
    const size = WAITING_LIMITS.bytes / ADDRESS_SHARE
    const from = (part: number, more = 0) =>
      place.put(
        forKey(`${part}`, { address: `192.${part}.2.1`, bytes: new Uint8Array(size + more) }),
      )
    await expect(from(0, 1)).rejects.toMatchObject(full)
    for (let part = 0; part < ADDRESS_SHARE; part++) await from(part)
    expect(place.counts().bytes).toBe(WAITING_LIMITS.bytes)
    await place.put(forKey('later', { address: '198.51.100.2', bytes: bytes('k') }))
    expect(place.counts()).toEqual({
      items: ADDRESS_SHARE,
      bytes: WAITING_LIMITS.bytes - size + 1,
    })
  })

  test('refuses no file whose signature comes because of keys that do not', async () => {
    const place = await openWaitingPlace(await opened(), () => 0, {
      ...WAITING_LIMITS,
      items: 80,
    })
    const refused: unknown[] = []
    // documents with signatures by unknown keys, and what their verification leaves
    for (let one = 0; one < 16; one++)
      for (const item of [
        forKey(`${one}`),
        forPath(DOCUMENT, atPath(`${one}`)),
        forPath(SIGNATURE, atPath(`${one}`)),
      ])
        await place.put(item).catch((error: unknown) => refused.push(error))
    expect(refused.length).toBeGreaterThan(0)
    for (let one = 0; one < 8; one++) await place.put(forPath(DOCUMENT, atPath(`honest ${one}`)))
    // a stranger's signature does not make one of them wait for a key
    const stranger = { ...atPath('honest 0'), address: '198.51.100.1' }
    await place.put(forPath(SIGNATURE, stranger))
    for (let one = 0; one < 60; one++)
      await place.put(forKey(`stranger ${one}`, { address: `198.${one}.100.1` }))
    expect(await place.listByPath('maven', 'honest 0')).toHaveLength(2)
  })

  test('says when there is room again', async () => {
    let now = 0
    const limits = { ...WAITING_LIMITS, items: 8 }
    const place = await openWaitingPlace(await opened(), () => now, limits)
    await place.put(forKey('one'))
    now = 5_000
    await place.put(forKey('two'))
    now = 10_500
    const refusal = await place.put(forKey('three')).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ ...full, retryAfter: limits.time / 1000 - 10 })
    now += (limits.time / 1000 - 10) * 1000
    await place.put(forKey('three'))

    const start = now
    await place.put(path('one'))
    await place.put(path('two'))
    await expect(place.put(path('three'))).rejects.toMatchObject({
      ...full,
      retryAfter: SIGNATURE_PATIENCE / 1000,
    })
    now = start + SIGNATURE_PATIENCE
    await place.put(path('three'))
    expect(await place.listByPath('maven', 'one')).toEqual([])
    expect(await place.listByPath('maven', 'two')).toHaveLength(1)
  })
})
