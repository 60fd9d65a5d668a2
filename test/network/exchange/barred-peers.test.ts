import { expect, onTestFinished, test } from 'vitest'
import { openBarredPeers } from '../../../src/network/exchange/barred-peers.ts'
import { openState } from '../../../src/state/database.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const PEER = '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8'

test('whoever is banned is so while the disk still writes it, and after a restart', async () => {
  const data = await temporaryDirectory()
  const state = await openState(data)
  const barred = await openBarredPeers(state)
  const written = barred.put(PEER, 'banned')
  expect(barred.of(PEER)).toBe('banned')
  await written
  await state.close()
  const again = await openState(data)
  onTestFinished(() => again.close())
  expect((await openBarredPeers(again)).of(PEER)).toBe('banned')
})

test('a ban that the disk does not take is none', async () => {
  const state = await openState(await temporaryDirectory())
  const barred = await openBarredPeers(state)
  await barred.put(PEER, 'removed')
  await state.close()
  await expect(barred.put(PEER, 'banned')).rejects.toThrow()
  expect(barred.of(PEER)).toBe('removed')
})
