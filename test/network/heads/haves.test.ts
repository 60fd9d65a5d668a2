import { expect, onTestFinished, test } from 'vitest'
import { openHaves } from '../../../src/network/heads/haves.ts'
import { openState, type State } from '../../../src/state/database.ts'
import { haveStatementRows } from '../../../src/state/have-statements.ts'
import { FEED, peerOf, saidBy } from '../../support/haves.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const HOUR = 3_600_000
const THIRTY_DAYS = 30 * 24 * HOUR
const NOW = Date.parse('2026-12-01T00:00:00Z')

async function openedState(): Promise<State> {
  const state = await openState(await temporaryDirectory())
  onTestFinished(() => state.close())
  return state
}

async function openAt(state: State, now: number) {
  const errors: unknown[] = []
  const { peerId: owner } = await peerOf(1)
  const haves = await openHaves(
    state,
    {
      feeds: { owner, has: () => true, ownerOf: () => undefined },
      peers: { isNamed: () => false, isConnected: () => true, shareOf: (peerId) => peerId },
    },
    { now: () => now, onError: (error) => errors.push(error) },
  )
  onTestFinished(async () => {
    await haves.close()
    expect(errors).toEqual([])
  })
  return haves
}

test('what was heard and said is known after a restart, and is not verified again', async () => {
  const state = await openedState()
  const [self, other] = [await peerOf(1), await peerOf(2)]
  const lacking = [{ first: 2, count: 3 }]
  const heard = await saidBy(other, { time: NOW, lacking })
  const mine = await saidBy(self, { time: NOW - 1 })
  const haves = await openAt(state, NOW)
  haves.hear(heard, other.peerId)
  haves.say(mine)
  await haves.close()
  const again = await openAt(state, NOW)
  expect(again.of(FEED)).toEqual([heard, mine])
  expect(again.hear({ ...heard, signature: '0'.repeat(128) }, other.peerId)).toBe('old')
})

test('what is too old is taken off the disk', async () => {
  const state = await openedState()
  const other = await peerOf(2)
  const haves = await openAt(state, NOW)
  haves.hear(await saidBy(other, { time: NOW }), other.peerId)
  await haves.close()
  expect(await haveStatementRows(state)).toHaveLength(1)
  const later = await openAt(state, NOW + THIRTY_DAYS + 1)
  expect(later.of(FEED)).toEqual([])
  later.expire()
  await later.close()
  expect(await haveStatementRows(state)).toEqual([])
})
