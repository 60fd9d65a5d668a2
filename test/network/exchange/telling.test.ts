import { describe, expect, test } from 'vitest'
import type { PeerRecord } from '../../../src/network/exchange/peer-record.ts'
import { type Listener, recordsFor } from '../../../src/network/exchange/telling.ts'
import { addressIn, HOUR, NOW, openBook, recordOf, tellerAt } from '../../support/peer-records.ts'

const listener = (said: Partial<Listener> = {}): Listener => ({
  peerId: 'listener',
  reach: 'public',
  has: () => false,
  ...said,
})

/** A book of so many peers that were connected, the first of them the longest ago. */
function bookOf(count: number) {
  const book = openBook()
  for (let at = 0; at < count; at++) {
    book.now = NOW + at
    book.take(recordOf(`p${at}`, addressIn(at)), tellerAt(`p${at}`, `60.${at}.0.1`))
  }
  return book
}

const told = (
  to: Listener,
  book: ReturnType<typeof openBook>,
  said: { readonly own?: readonly PeerRecord[]; readonly connected?: readonly string[] } = {},
): readonly string[] =>
  recordsFor(
    to,
    {
      own: { all: () => said.own ?? [] },
      known: book,
      peers: { isConnected: (peerId) => said.connected?.includes(peerId) === true },
    },
    book.now,
  ).map(({ peerId }) => peerId)

describe('a neighbour is told', () => {
  test('of this node, and of peers that it is or was connected with: of nobody that it only heard of', () => {
    const book = bookOf(2)
    book.take(recordOf('heard', addressIn(9)), tellerAt('p0', '60.0.0.1'))
    expect(told(listener(), book, { own: [recordOf('self')] })).toEqual(
      expect.arrayContaining(['self', 'p0', 'p1']),
    )
    expect(told(listener(), book)).not.toContain('heard')
  })

  test('nothing of itself, and nothing that it has told', () => {
    const book = bookOf(3)
    const one = listener({ peerId: 'p1', has: ({ peerId }) => peerId === 'p2' })
    expect(told(one, book)).toEqual(['p0'])
  })

  test('of 62 at most, of those who are connected first, and each of others', () => {
    const book = bookOf(200)
    const connected = ['p3', 'p150']
    const one = told(listener({ peerId: 'one' }), book, { connected })
    const other = told(listener({ peerId: 'other' }), book, { connected })
    expect(one).toHaveLength(62)
    expect(one.slice(0, 2).toSorted()).toEqual(['p150', 'p3'])
    expect(new Set([...one, ...other]).size).toBeGreaterThan(80)
    expect(told(listener({ peerId: 'one' }), book, { connected })).toEqual(one)
  })

  test('of those last who were there long ago', () => {
    const book = bookOf(100)
    book.now = NOW + 2 * HOUR
    expect(told(listener(), book)).toEqual(Array.from({ length: 62 }, (_, at) => `p${99 - at}`))
  })

  test('of local addresses only if it is as near, and of those of one machine only on that machine', () => {
    const book = openBook()
    const by = { peerId: 'a', share: '127.0.0.1', reach: 'machine' } as const
    book.take(recordOf('a', '/ip4/127.0.0.1/tcp/1'), by)
    book.take(recordOf('b', '/ip4/10.0.0.5/tcp/1'), { ...by, peerId: 'b' })
    expect(told(listener(), book)).toEqual([])
    expect(told(listener({ reach: 'network' }), book)).toEqual(['b'])
    expect(told(listener({ reach: 'machine' }), book).toSorted()).toEqual(['a', 'b'])
    expect(told(listener({ reach: undefined }), book)).toEqual([])
  })
})
