import { describe, expect, test } from 'vitest'
import { makeVouches, type Vouches } from '../../../src/network/replication/vouches.ts'
import type { ContactRow, VouchRow } from '../../../src/state/vouches.ts'
import { rowsInMemory } from '../../support/kept-rows.ts'
import { DAY, NOW } from '../../support/peer-records.ts'

const FEED = 'ab'.repeat(32)

/** What named peers vouch for, with a clock and connections that a test moves. */
function openWords(kept: readonly VouchRow[] = [], contacts: readonly ContactRow[] = []) {
  const [named, connected] = [new Set<string>(), new Set<string>()]
  const rows = rowsInMemory(kept, (row) => `${row.feed} ${row.peerId}`)
  const met = rowsInMemory(contacts, ({ peerId }) => peerId)
  const clock = { now: NOW }
  const vouches: Vouches = makeVouches(
    { vouches: rows, contacts: met },
    {
      isNamed: (peerId) => named.has(peerId),
      isConnected: (peerId) => connected.has(peerId),
    },
    () => clock.now,
  )
  return { vouches, named, connected, rows: rows.now, met: met.now, clock }
}

describe('the word of a peer that the operator named', () => {
  test('stands while it is connected, and 30 days from when it was last', () => {
    const { vouches, named, connected, clock } = openWords()
    named.add('hub')
    connected.add('hub')
    vouches.note(FEED, 'hub', true)
    expect(vouches.of(FEED)).toEqual({ peerId: 'hub', until: undefined })
    clock.now += 100 * DAY
    expect(vouches.of(FEED)).toEqual({ peerId: 'hub', until: undefined })
    vouches.contact('hub')
    connected.delete('hub')
    expect(vouches.of(FEED)).toEqual({ peerId: 'hub', until: NOW + 130 * DAY })
    clock.now += 30 * DAY - 1
    expect(vouches.of(FEED)?.peerId).toBe('hub')
    clock.now += 1
    expect(vouches.of(FEED)).toBeUndefined()
    connected.add('hub')
    expect(vouches.of(FEED)?.peerId).toBe('hub')
  })

  test('stands after a start as it stood before', () => {
    const { vouches, named, rows, met } = openWords()
    named.add('hub')
    vouches.note(FEED, 'hub', true)
    const again = openWords([...rows.values()], [...met.values()])
    again.named.add('hub')
    expect(again.vouches.of(FEED)).toEqual({ peerId: 'hub', until: NOW + 30 * DAY })
  })

  test('stands no more when it takes it back, or is not named any more', () => {
    const { vouches, named, rows } = openWords()
    for (const peerId of ['hub', 'other']) {
      named.add(peerId)
      vouches.note(FEED, peerId, true)
    }
    vouches.note(FEED, 'hub', false)
    expect(vouches.of(FEED)?.peerId).toBe('other')
    expect(rows.size).toBe(1)
    named.delete('other')
    expect(vouches.of(FEED)).toBeUndefined()
  })

  test('is that of whoever stands longest, of several', () => {
    const { vouches, named, connected, clock } = openWords()
    for (const peerId of ['first', 'second']) named.add(peerId)
    vouches.note(FEED, 'second', true)
    clock.now += DAY
    vouches.note(FEED, 'first', true)
    expect(vouches.of(FEED)).toEqual({ peerId: 'first', until: NOW + 31 * DAY })
    connected.add('second')
    expect(vouches.of(FEED)?.peerId).toBe('second')
  })

  test('is that of no stranger, and of no more than 10,000 feeds', () => {
    const { vouches, named, rows } = openWords()
    vouches.note(FEED, 'stranger', true)
    expect(vouches.of(FEED)).toBeUndefined()
    named.add('hub')
    for (let at = 0; at < 10_001; at++) vouches.note(at.toString(16).padStart(64, '0'), 'hub', true)
    expect(rows.size).toBe(10_000)
  })
})
