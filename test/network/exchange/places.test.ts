import { expect, test } from 'vitest'
import type { KnownPeer } from '../../../src/network/exchange/known-peer.ts'
import { makePlaces } from '../../../src/network/exchange/places.ts'

const isNamed = (): boolean => false

/** One of few tellers and few addresses, so that their bounds are reached. */
function peerAt(number: number, time: number): KnownPeer {
  const peerId = `peer ${number}`
  const addresses = [`/ip4/45.${number % 3}.1.${1 + (number % 7)}/tcp/4001`]
  const bytes = new Uint8Array()
  return {
    peerId,
    records: { public: { peerId, scope: 'public', addresses, time, bytes } },
    near: 'public',
    teller: 'somebody',
    share: `80.${number % 2}.0.1`,
    metAt: undefined,
    reachedAt: undefined,
  }
}

test('there is as much room as if all were counted each time, whoever comes and goes', () => {
  const places = makePlaces([])
  let pushedOut = 0
  for (let step = 0; step < 400; step++) {
    const newcomer = peerAt((step * 7919) % 211, step)
    const afresh = makePlaces(places.all())
    const leaving = places.roomFor(newcomer, { isNamed, now: step })
    expect(leaving).toStrictEqual(afresh.roomFor(newcomer, { isNamed, now: step }))
    if (step % 3 === 0) {
      places.remove(newcomer.peerId)
      continue
    }
    if (leaving === undefined) continue
    for (const { peerId } of leaving) expect(places.remove(peerId)).toBe(true)
    pushedOut += leaving.length
    places.put(newcomer)
    const ofAddress = places
      .all()
      .filter(
        ({ records }) => records.public?.addresses[0] === newcomer.records.public?.addresses[0],
      )
    expect(ofAddress.length).toBeLessThanOrEqual(4)
  }
  expect(pushedOut).toBeGreaterThan(20)
})
