import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openFollowList } from '../../../src/network/replication/follow-list.ts'
import { type CopiedFeedRow, copiedFeeds } from '../../../src/state/copied-feeds.ts'
import { openState } from '../../../src/state/database.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const rowOf = (start: string): CopiedFeedRow => ({
  key: start.repeat(32),
  publicKey: 'cd'.repeat(32),
  originBlock: new Uint8Array([1]),
  vouched: false,
  understated: false,
  retired: false,
  via: 'somebody',
  share: '192.0.2.1',
  since: 1,
})

test('what was put is on the disk when it is closed, and a state that is closed then is written to no more', async () => {
  const data = await temporaryDirectory()
  const faults: unknown[] = []
  const onFault = (error: unknown): void => void faults.push(error)
  const state = await openState(data, { onFailure: onFault })
  const list = openFollowList(state, onFault)
  list.put(rowOf('aa'))
  list.put(rowOf('bb'))
  list.remove(rowOf('aa').key)
  await list.close()
  expect((await copiedFeeds(state)).map(({ key }) => key)).toEqual([rowOf('bb').key])
  await state.close()
  list.put(rowOf('ee'))
  list.remove(rowOf('bb').key)
  await setImmediate()
  expect(faults).toEqual([])
  const again = await openState(data)
  onTestFinished(() => again.close())
  expect((await copiedFeeds(again)).map(({ key }) => key)).toEqual([rowOf('bb').key])
})
