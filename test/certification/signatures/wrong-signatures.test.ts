import { expect, test } from 'vitest'
import { packets, TAG } from '../../../src/certification/signatures/packet.ts'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { rebuilder } from '../../support/rebuilder.ts'

/** A key whose user id has so many wrong signatures that come before the good one in every order. */
async function keyWith(wrong: number): Promise<Uint8Array> {
  const { bytes } = (await rebuilder()).publicKey
  const octets = Buffer.from(bytes)
  const good = [...packets(octets, 'KEY_SYNTAX')].find(({ tag }) => tag === TAG.signature)
  if (good === undefined) throw new Error('a key without a signature')
  const copies = Array.from({ length: wrong }, (_, at) => {
    const copy = Buffer.from(octets.subarray(good.start, good.end))
    copy.writeUInt32BE(at, copy.length - 4)
    return copy
  })
  return new Uint8Array(
    Buffer.concat([octets.subarray(0, good.start), ...copies, octets.subarray(good.start)]),
  )
}

test('hundreds of wrong signatures on a key do not hide the good one', async () => {
  const [key] = await readPublicKeys(await keyWith(1000))
  expect(key?.userIds).toEqual(['Test <test@rebuilder.example>'])
})

test('a key that takes longer to verify than one may is refused', async () => {
  await expect(readPublicKeys(await keyWith(1900))).rejects.toMatchObject({
    code: 'KEY_TOO_COSTLY',
  })
})
