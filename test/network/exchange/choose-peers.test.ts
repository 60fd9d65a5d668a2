import { describe, expect, test } from 'vitest'
import {
  choosePeers,
  type Choosing,
  type Dial,
  type Link,
} from '../../../src/network/exchange/choose-peers.ts'
import { dialledPlace, scopeOfAddress } from '../../../src/network/exchange/dial-address.ts'
import { makeDialPace } from '../../../src/network/exchange/dial-pace.ts'
import {
  addressIn,
  NOW,
  openBook,
  recordOf,
  type TestBook,
  tellerAt,
} from '../../support/peer-records.ts'

/** Numbers that look random, the same each time. */
function numbers(): () => number {
  let seed = 1
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return seed / 2 ** 32
  }
}

const link = (peerId: string, choice: Link['choice']): Link => ({ peerId, choice })

function choosing(book: TestBook, said: Partial<Choosing> = {}): Choosing {
  const taken = new Set([...(said.links ?? []), ...(said.dialling ?? [])].map((one) => one.peerId))
  return {
    known: book.all(),
    connections: 6,
    links: [],
    untried: 0,
    dialling: [],
    isFree: (peerId) => !taken.has(peerId) && !book.named.has(peerId),
    isNamed: (peerId) => book.named.has(peerId),
    pace: makeDialPace(),
    soughtAt: -Infinity,
    now: NOW,
    random: numbers(),
    ...said,
  }
}

/** A book of so many peers, each in a network of its own, that a named one told of. */
function bookOf(count: number): TestBook {
  const book = openBook()
  book.named.add('hub')
  for (let at = 0; at < count; at++)
    book.take(recordOf(`p${at}`, addressIn(at)), tellerAt('hub', '5.9.0.1'))
  return book
}

const ids = (dials: readonly Dial[]): readonly string[] => dials.map(({ peerId }) => peerId)

describe('whom to dial', () => {
  test('is nobody while there are connections enough, or while named peers were not tried yet', () => {
    const book = bookOf(20)
    const links = Array.from({ length: 6 }, (_, at) => link(`p${at}`, 'worth'))
    expect(choosePeers(choosing(book, { links }))).toEqual([])
    expect(choosePeers(choosing(book, { untried: 6 }))).toEqual([])
    expect(choosePeers(choosing(book, { connections: 0 }))).toEqual([])
    expect(choosePeers(choosing(book, { untried: 5 })).length).toBeGreaterThan(0)
  })

  test('is each one once, and none that is not free', () => {
    const book = bookOf(4)
    const links = [link('p0', 'worth'), link('hub', 'named')]
    const dials = choosePeers(choosing(book, { links, dialling: [link('p1', 'prefix')] }))
    expect(ids(dials).toSorted()).toEqual(['p2', 'p3'])
  })

  test('is chosen by prefix for half of the places that named peers leave', () => {
    const book = bookOf(40)
    const named = [link('hub', 'named'), link('other', 'named')]
    const halves = choosePeers(choosing(book, { links: named, dialling: [] }))
    const count = (choice: string) => halves.filter((one) => one.choice === choice).length
    expect(count('prefix')).toBeGreaterThanOrEqual(2)
    expect(count('worth')).toBeGreaterThanOrEqual(2)
  })

  test('by prefix is a network first, so that many of one have no more of the choice', () => {
    const book = bookOf(1)
    for (let at = 1; at <= 50; at++)
      book.take(recordOf(`x${at}`, `/ip4/44.4.${at}.1/tcp/1`), tellerAt(`t${at}`, `60.${at}.0.1`))
    const random = numbers()
    const links = [link('w1', 'worth'), link('w2', 'worth'), link('w3', 'worth')]
    const first = Array.from(
      { length: 200 },
      () => choosePeers(choosing(book, { links, random }))[0],
    )
    const ofP0 = first.filter((dial) => dial?.peerId === 'p0').length
    expect(ofP0).toBeGreaterThan(60)
  })

  test('by worth is first whom this node has reached', () => {
    const book = bookOf(30)
    book.reached('p17', addressIn(17))
    const links = ['a', 'b', 'c'].map((one) => link(one, 'prefix'))
    expect(ids(choosePeers(choosing(book, { links })))[0]).toBe('p17')
  })

  test('is nobody in a network that was dialled within ten seconds, whoever says that he is there', () => {
    const book = openBook()
    for (let at = 0; at < 30; at++)
      book.take(recordOf(`x${at}`, `/ip4/44.4.${at}.1/tcp/1`), tellerAt(`t${at}`, `60.${at}.0.1`))
    const pace = makeDialPace()
    const dial = (now: number): number => {
      const dials = choosePeers(choosing(book, { pace, now }))
      for (const { addresses } of dials) pace.dialled(addresses, now)
      return dials.length
    }
    expect([0, 1_000, 9_999, 10_000, 15_000].map((after) => dial(NOW + after))).toEqual([
      1, 0, 0, 1, 0,
    ])
  })

  test('can be many of one machine, each by its own port', () => {
    const book = openBook()
    const by = { peerId: 'b', share: '127.0.0.1', reach: 'machine' } as const
    for (let at = 1; at <= 6; at++) book.take(recordOf(`n${at}`, `/ip4/127.0.0.1/tcp/${at}`), by)
    expect(choosePeers(choosing(book))).toHaveLength(6)
  })

  test('is sometimes one who was connected once, so that two halves of a network find each other', () => {
    const book = bookOf(20)
    book.met('p9')
    const links = Array.from({ length: 6 }, (_, at) => link(`q${at}`, 'worth'))
    expect(choosePeers(choosing(book, { links }))).toMatchObject([{ peerId: 'p9', isSought: true }])
    expect(choosePeers(choosing(book, { links, soughtAt: NOW - 10_000 }))).toEqual([])
    const spare = [...links, link('q6', 'worth'), link('q7', 'worth')]
    expect(choosePeers(choosing(book, { links: spare }))).toEqual([])
  })
})

/** Minutes of a node that has lost every connection: nobody answers but the honest ones. */
function dialled(book: TestBook, seconds: number) {
  const pace = makeDialPace()
  const random = numbers()
  const links: Link[] = []
  const dials: { readonly at: number; readonly dial: Dial }[] = []
  for (let at = 0; at < seconds; at++) {
    const now = NOW + at * 1_000
    for (const dial of choosePeers(choosing(book, { pace, now, random, links: [...links] }))) {
      dials.push({ at, dial })
      pace.dialled(dial.addresses, now)
      if (dial.peerId.startsWith('h')) links.push(link(dial.peerId, dial.choice))
      else
        pace.failed(
          dial.peerId,
          { metAt: undefined, isAlone: links.length === 0 },
          { now, random: random() },
        )
    }
  }
  return { dials, links }
}

describe('an attacker with 50 identities and 5,000 records over 5,000 networks', () => {
  const [first, second] = [addressIn(5_500), addressIn(5_501)]

  /** What a node has heard that was connected with two honest ones. */
  function attacked(): TestBook {
    const book = openBook()
    for (const [peerId, address] of [
      ['h1', first],
      ['h2', second],
    ] as const) {
      book.take(recordOf(peerId, address), tellerAt(peerId, '5.9.0.1'))
      book.reached(peerId, address)
    }
    for (let at = 0; at < 5_000; at++) {
      const teller = tellerAt(`t${at % 50}`, `66.${at % 50}.0.1`)
      // every tenth says that he is where a victim is, every other tenth in this node's own house
      const address =
        at % 10 === 0
          ? `/ip4/99.9.9.9/tcp/${at + 1}`
          : at % 10 === 1
            ? `/ip4/10.0.0.1/tcp/${at}`
            : addressIn(at)
      book.take(recordOf(`x${at}`, address, NOW + 500_000), teller)
    }
    return book
  }

  test('does not fill the list, and does not keep the node from the two that are honest', () => {
    const book = attacked()
    expect(book.all().length).toBeLessThanOrEqual(1_000)
    const { links } = dialled(book, 5)
    expect(links.map(({ peerId }) => peerId).toSorted()).toEqual(['h1', 'h2'])
  })

  test('makes it dial nothing in its own house, and no network more than once in ten seconds', () => {
    const { dials } = dialled(attacked(), 300)
    expect(dials.length).toBeGreaterThan(100)
    const last = new Map<string, number>()
    let ofVictim = 0
    for (const { at, dial } of dials)
      for (const address of dial.addresses) {
        expect(scopeOfAddress(address)).toBe('public')
        const place = dialledPlace(address)
        expect(at - (last.get(place) ?? -10)).toBeGreaterThanOrEqual(10)
        last.set(place, at)
        if (place === '99.9.0.0/16') ofVictim += 1
      }
    expect(ofVictim).toBeLessThanOrEqual(30)
  })

  test('has its peers tried less and less often', () => {
    const pace = makeDialPace()
    const pauses: number[] = []
    let now = NOW
    for (let at = 0; at < 12; at++) {
      pace.failed('x', { metAt: undefined, isAlone: false }, { now, random: 0 })
      const from = now
      while (!pace.isDue('x', now)) now += 1_000
      pauses.push((now - from) / 1_000)
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600])
    // who is alone, or was connected lately, cannot wait for so long
    pace.failed('x', { metAt: undefined, isAlone: true }, { now, random: 0 })
    expect(pace.isDue('x', now + 30_000)).toBe(true)
  })
})
