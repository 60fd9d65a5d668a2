import { describe, expect, test } from 'vitest'
import { dialable } from '../../../src/network/exchange/known-peer.ts'
import { processorTime } from '../../support/processor-time.ts'
import {
  addressIn,
  DAY,
  HOUR,
  NOW,
  openBook,
  recordOf,
  tellerAt,
} from '../../support/peer-records.ts'

const hub = tellerAt('hub', '5.9.0.1')
const near = { peerId: 'neighbour', share: '127.0.0.1', reach: 'machine' } as const
const house = { peerId: 'printer', share: '192.168.0.9', reach: 'network' } as const

describe('a peer that somebody tells of', () => {
  test('is remembered with who told it, until there was no sign of it for 30 days', () => {
    const book = openBook()
    expect(book.take(recordOf('a'), hub)).toBe('news')
    expect(book.get('a')).toMatchObject({ teller: 'hub', share: '5.9.0.1', metAt: undefined })
    book.now = NOW + 29 * DAY
    book.expire()
    expect(book.kept.has('a')).toBe(true)
    book.now = NOW + 31 * DAY
    book.expire()
    expect(book.all()).toEqual([])
    expect(book.kept.size).toBe(0)
  })

  test('is not forgotten while it is met, and what it signs later takes the place of what it signed before', () => {
    const book = openBook()
    book.take(recordOf('a'), hub)
    book.now = NOW + 29 * DAY
    book.met('a')
    book.now = NOW + 31 * DAY
    book.expire()
    const later = recordOf('a', addressIn(7), book.now)
    expect(book.take(later, hub)).toBe('news')
    expect(book.take(recordOf('a', addressIn(8), NOW + 30 * DAY), hub)).toBe('old')
    expect(book.get('a')?.records.public).toEqual(later)
  })

  test('is this node itself, barred, of yesterday or of tomorrow: it is skipped', () => {
    const book = openBook()
    book.barred.add('evil')
    for (const record of [
      recordOf('self'),
      recordOf('evil'),
      recordOf('a', undefined, NOW - 31 * DAY),
      recordOf('a', undefined, NOW + HOUR),
    ])
      expect(book.take(record, hub)).toBe('skipped')
    expect(book.all()).toEqual([])
  })

  test('has local addresses only for who is told by somebody that is as near', () => {
    const book = openBook()
    const local = {
      ...recordOf('a', '/ip4/127.0.0.1/tcp/1'),
      addresses: ['/ip4/127.0.0.1/tcp/1', '/ip4/192.168.0.5/tcp/1'],
    }
    expect(book.take(local, hub)).toBe('skipped')
    expect(book.take(local, house)).toBe('news')
    expect(dialable(book.get('a') ?? expect.fail())).toEqual(['/ip4/192.168.0.5/tcp/1'])
    expect(book.take({ ...local, time: NOW + 60_000 }, near)).toBe('news')
    expect(dialable(book.get('a') ?? expect.fail())).toEqual(local.addresses)
    // by the second one nothing of this machine is dialled any more
    expect(book.take({ ...local, time: NOW + 120_000 }, house)).toBe('news')
    expect(dialable(book.get('a') ?? expect.fail())).toEqual(['/ip4/192.168.0.5/tcp/1'])
    const loopback = recordOf('b', '/ip4/127.0.0.1/tcp/2')
    expect(book.take(loopback, house)).toBe('skipped')
  })

  test('with the same addresses costs no verification again within ten seconds', () => {
    const book = openBook()
    book.take(recordOf('a'), hub)
    expect(book.weigh(recordOf('a', undefined, NOW + 5_000), hub)).toBe('old')
    expect(book.weigh(recordOf('a', addressIn(3), NOW + 5_000), hub)).toBe('news')
    expect(book.weigh(recordOf('a', undefined, NOW + 15_000), hub)).toBe('news')
  })
})

describe('places in the book', () => {
  test('are not filled by one teller, nor by many of one network', () => {
    const book = openBook()
    for (let at = 0; at < 500; at++) {
      const teller = tellerAt(`t${at % 50}`, `66.6.0.${at % 50}`)
      book.take(recordOf(`x${at}`, addressIn(at)), teller)
    }
    expect(book.all()).toHaveLength(62)
    expect(book.take(recordOf('honest', addressIn(900)), hub)).toBe('news')
  })

  test('are not filled by peers that say they are all in one network, or at one address', () => {
    const book = openBook()
    for (let at = 0; at < 500; at++)
      book.take(
        recordOf(`x${at}`, `/ip4/44.4.${at % 250}.${1 + Math.floor(at / 250)}/tcp/8001`),
        tellerAt(`t${at}`, `${60 + Math.floor(at / 200)}.${at % 200}.0.1`),
      )
    expect(book.all()).toHaveLength(62)
    for (let at = 0; at < 20; at++)
      book.take(
        recordOf(`y${at}`, `/ip4/45.4.1.1/tcp/${at + 1}`),
        tellerAt(`u${at}`, `90.${at}.0.1`),
      )
    expect(book.all()).toHaveLength(62 + 4)
  })

  test('stay those of peers that were reached, whatever 50 identities of 50 networks tell', () => {
    const book = openBook()
    book.named.add('hub')
    for (let at = 0; at < 20; at++) {
      book.take(recordOf(`h${at}`, addressIn(at)), hub)
      book.reached(`h${at}`, addressIn(at))
    }
    for (let at = 20; at < 40; at++) book.take(recordOf(`h${at}`, addressIn(at)), hub)
    for (let at = 0; at < 5_000; at++) {
      const teller = tellerAt(`t${at % 50}`, `66.${at % 50}.0.1`)
      book.take(recordOf(`x${at}`, addressIn(100 + at), NOW + HOUR / 7), teller)
    }
    expect(book.all()).toHaveLength(1_000)
    for (let at = 0; at < 40; at++) expect(book.get(`h${at}`)).toBeDefined()
    // and whom this node meets now finds room
    const late = tellerAt('late', '5.10.0.1')
    expect(book.take(recordOf('late', addressIn(4_000)), late)).toBe('news')
    expect(book.take(recordOf('later', addressIn(4_001)), late)).toBe('news')
    expect(book.all()).toHaveLength(1_000)
  })

  test('of who was connected are not taken by one network that comes with ever new keys', () => {
    const book = openBook()
    for (let at = 0; at < 500; at++) {
      const himself = tellerAt(`x${at}`, `66.6.${at % 200}.1`)
      // heard of by another first, which must not be a way around
      book.take(recordOf(`x${at}`, addressIn(at)), tellerAt(`t${at}`, `77.${at % 200}.0.1`))
      book.take(recordOf(`x${at}`, addressIn(at), NOW + 1_000 + HOUR / 7), himself)
    }
    const ofNetwork = book.all().filter(({ share }) => share.startsWith('66.6.'))
    expect(ofNetwork).toHaveLength(62)
  })

  test('are found in a full book within milliseconds', () => {
    const book = openBook()
    for (let at = 0; at < 1_000; at++)
      book.take(
        recordOf(`x${at}`, addressIn(at)),
        tellerAt(`t${at}`, `${60 + Math.floor(at / 200)}.${at % 200}.0.1`),
      )
    expect(book.all()).toHaveLength(1_000)
    const from = processorTime()
    for (let at = 0; at < 100; at++) book.weigh(recordOf(`y${at}`, addressIn(at + 1_000)), hub)
    expect((processorTime() - from) / 100).toBeLessThan(10)
  })
})
