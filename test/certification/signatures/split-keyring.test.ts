import { describe, expect, test } from 'vitest'
import { binaryKeyring, scanKeyring } from '../../../src/certification/signatures/keyring-file.ts'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import { splitKeyring } from '../../../src/certification/signatures/split-keyring.ts'
import { dataBytes, namesIn } from '../../support/inputs.ts'

const FILES = namesIn('checksums/builder-keys').map((name) => `checksums/builder-keys/${name}`)
const keyring = Buffer.concat(FILES.map((path) => binaryKeyring(dataBytes(path))))

describe('a keyring that is cut', () => {
  test.each([
    ['binary', keyring],
    ['armored', Buffer.from(armorPublicKey(keyring))],
  ])('has one key in each piece, and every octet: %s', (_, bytes) => {
    const pieces = splitKeyring(bytes)
    expect(pieces).toHaveLength(FILES.length)
    expect(Buffer.concat(pieces)).toEqual(keyring)
    expect(pieces.flatMap((piece) => [...scanKeyring(piece)])).toHaveLength(FILES.length)
  })

  test('keeps what stands before its first key', () => {
    const marked = Buffer.concat([Buffer.of(0xa8, 3, 0x50, 0x47, 0x50), keyring])
    expect(Buffer.concat(splitKeyring(marked))).toEqual(marked)
    expect(splitKeyring(marked)).toHaveLength(FILES.length)
  })

  test.each([
    ['one key', keyring.subarray(0, [...scanKeyring(keyring)][0]?.end)],
    ['one that is cut off', keyring.subarray(0, -1)],
    ['no keyring', Buffer.from('hello')],
  ])('is as it was if it is %s', (_, bytes) => {
    expect(splitKeyring(bytes)).toEqual([bytes])
  })
})
