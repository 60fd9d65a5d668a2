import { expect, test } from 'vitest'
import { makeSignal } from '../../../src/base/signal.ts'
import type { PeerStatus } from '../../../src/contract/following.ts'
import { type WatchedView, watchPeers } from '../../../src/repository/events/peer-watch.ts'
import { strangersStatus } from '../../support/peer-status.ts'

const peer = (peerId: string, connected = true): PeerStatus =>
  strangersStatus({ peerId, connected })

/** A network that opens when it is told to. */
function opened() {
  const changed = makeSignal(() => undefined)
  let peers: readonly PeerStatus[] = []
  let isolated = false
  let fewCopies = false
  let view: WatchedView | undefined
  let calls = 0
  const watch = watchPeers(
    () => view,
    () => void (calls += 1),
  )
  return {
    watch,
    calls: () => calls,
    open: () =>
      void (view = {
        peers: () => peers,
        onPeers: changed.subscribe,
        isolated: () => isolated,
        fewCopies: () => fewCopies,
      }),
    lose: () => {
      fewCopies = true
      changed.emit()
    },
    become: (now: readonly PeerStatus[]) => {
      peers = now
      isolated = now.length === 0
      changed.emit()
    },
  }
}

test('nobody is connected before the network is open, and who is then is another answer', () => {
  const { watch, open, become } = opened()
  become([peer('one')])
  const before = watch.now()
  expect(before.event.peers).toEqual([])
  open()
  expect(watch.now().number).toBeGreaterThan(before.number)
  expect(watch.now().event.peers).toEqual([
    { peerId: 'one', direction: 'inbound', configured: false },
  ])
})

test('the number rises when somebody comes or goes, and only then', () => {
  const { watch, calls, open, become } = opened()
  open()
  const first = watch.now().number
  expect(watch.now().number).toBe(first)
  become([peer('one'), peer('two', false)])
  expect(calls()).toBe(1)
  expect(watch.now().number).toBe(first + 1)
  expect(watch.now().event.peers.map(({ peerId }) => peerId)).toEqual(['one'])
  become([])
  expect(watch.now()).toEqual({
    event: { kind: 'peers', peers: [], isolated: true, fewCopies: false },
    number: first + 2,
  })
})

test('that there are fewer copies than wanted is another answer', () => {
  const { watch, calls, open, lose } = opened()
  open()
  expect(watch.now().event.fewCopies).toBe(false)
  lose()
  expect([calls(), watch.now().event.fewCopies]).toEqual([1, true])
})

test('nobody is called any more once it is closed', () => {
  const { watch, calls, open, become } = opened()
  open()
  watch.now()
  watch.close()
  become([peer('one')])
  expect(calls()).toBe(0)
})
