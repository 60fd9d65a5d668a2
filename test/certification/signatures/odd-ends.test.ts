import { expect, test } from 'vitest'
import { concat, uint32 } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import { readUpload } from '../../../src/certification/signatures/public-key.ts'
import { encodeSubpacket } from '../../../src/certification/signatures/subpacket.ts'
import { rawKey, rawPackets, rawStatement } from '../../support/raw-key.ts'

const BEGIN = 1_770_000_000
const DAY = 86_400
const FLAGS = encodeSubpacket(27, Uint8Array.of(3))
const primary = rawKey(BEGIN)
const userId = new TextEncoder().encode('a')

async function endOf(...ends: readonly Uint8Array[]): Promise<number | undefined> {
  const statements = ends.map((end, at) => {
    const wanted = { type: 0x13, at: BEGIN + DAY * (at + 1), userId, hashed: [FLAGS, end] }
    return rawPackets(wanted, rawStatement(primary, primary, wanted))
  })
  const bytes = concat([encodePacket(TAG.publicKey, primary.body), ...statements])
  return (await readUpload(bytes)).keys[0]?.key.expiresAt
}

test('an end in five octets ends the key at once, and no older statement counts instead', async () => {
  const later = encodeSubpacket(9, uint32(100 * DAY))
  const odd = encodeSubpacket(9, Uint8Array.of(1, 0, 0, 0, 0))
  expect(await endOf(later)).toBe((BEGIN + 100 * DAY) * 1000)
  expect(await endOf(later, odd)).toBe((BEGIN + 1) * 1000)
  expect(await endOf(odd, later)).toBe((BEGIN + 100 * DAY) * 1000)
})
