import { expect, onTestFinished, test } from 'vitest'
import { openState } from '../../../src/state/database.ts'
import {
  MAX_OF_KEY,
  MAX_REVOCATIONS,
  openWaitingRevocations,
  REVOCATION_TIME,
} from '../../../src/state/revocations.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const revocation = (at: number) => ({
  keyId: 'A'.repeat(16),
  body: new TextEncoder().encode(`revocation ${at}`),
})

async function place(now?: () => number) {
  const state = await openState(await temporaryDirectory())
  onTestFinished(() => state.close())
  return { state, revocations: await openWaitingRevocations(state, now) }
}

test('a revocation waits, over a restart too, until it is taken away', async () => {
  const { state, revocations } = await place()
  await revocations.put([revocation(1)], '192.0.2.1')
  const again = await openWaitingRevocations(state)
  expect(again.of(['A'.repeat(16)])).toMatchObject([revocation(1)])
  await again.remove([revocation(1)])
  expect((await openWaitingRevocations(state)).keyIds()).toEqual([])
})

test('a flood of one address pushes out its own, and nobody else', async () => {
  const { revocations } = await place()
  const honest = { keyId: 'B'.repeat(16), body: Buffer.from('honest') }
  await revocations.put([honest], '198.51.100.7')
  const flood = Array.from({ length: MAX_REVOCATIONS + 50 }, (_, at) => ({
    ...revocation(at),
    keyId: at.toString().padStart(16, '0'),
  }))
  await revocations.put(flood, '192.0.2.1')
  expect(revocations.of(['B'.repeat(16)])).toHaveLength(1)
  expect(revocations.keyIds()).toHaveLength(MAX_REVOCATIONS)
})

test('of one key an address has the newest few, and takes none of another address away', async () => {
  const { state, revocations } = await place()
  await revocations.put([revocation(0)], '198.51.100.7')
  const flood = Array.from({ length: MAX_OF_KEY + 3 }, (_, at) => revocation(at + 1))
  await revocations.put(flood, '192.0.2.1')
  const wanted = [revocation(0), ...flood.slice(3)]
  expect(revocations.of(['A'.repeat(16)])).toMatchObject(wanted)
  const again = await openWaitingRevocations(state)
  expect(again.of(['A'.repeat(16)])).toHaveLength(wanted.length)
})

test('what waited too long makes room', async () => {
  let now = 0
  const { revocations } = await place(() => now)
  await revocations.put([revocation(1)], '192.0.2.1')
  now = REVOCATION_TIME
  await revocations.put([revocation(2)], '192.0.2.1')
  expect(revocations.of(['A'.repeat(16)])).toMatchObject([revocation(2)])
})

test('what waited too long and comes again waits anew', async () => {
  let now = 0
  const { state, revocations } = await place(() => now)
  await revocations.put([revocation(1)], '192.0.2.1')
  now = REVOCATION_TIME
  await revocations.put([revocation(1)], '192.0.2.1')
  expect(revocations.of(['A'.repeat(16)])).toMatchObject([revocation(1)])
  now = 2 * REVOCATION_TIME - 1
  const again = await openWaitingRevocations(state, () => now)
  await again.put([revocation(2)], '192.0.2.1')
  expect(again.of(['A'.repeat(16)])).toMatchObject([revocation(1), revocation(2)])
})
