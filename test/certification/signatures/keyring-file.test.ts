import { describe, expect, test } from 'vitest'
import { armorPublicKey, readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { binaryKeyring, scanKeyring } from '../../../src/certification/signatures/keyring-file.ts'
import { dataBytes, namesIn } from '../../support/inputs.ts'
import { processorTime } from '../../support/processor-time.ts'

const FILES = namesIn('checksums/builder-keys').map((name) => `checksums/builder-keys/${name}`)
const keyring = Buffer.concat(FILES.map((path) => binaryKeyring(dataBytes(path))))

describe('a keyring', () => {
  test('is scanned to the same keys that reading it gives', async () => {
    const places = [...scanKeyring(keyring)]
    expect(places).toHaveLength(FILES.length)
    for (const { start, end, fingerprint, keyIds } of places) {
      const [key, other] = await readPublicKeys(keyring.subarray(start, end))
      expect(other).toBeUndefined()
      expect(key?.fingerprint).toBe(fingerprint)
      expect(keyIds).toEqual(expect.arrayContaining([...key!.keyIds]))
    }
    expect(places.at(-1)?.end).toBe(keyring.length)
  })

  test('may be armored', () => {
    const armored = binaryKeyring(Buffer.from(armorPublicKey(keyring)))
    expect([...scanKeyring(armored)]).toEqual([...scanKeyring(keyring)])
  })

  test('of a thousand keys is scanned in less than a second', () => {
    const large = Buffer.concat(Array.from({ length: 25 }, () => keyring))
    const begun = processorTime()
    expect([...scanKeyring(large)]).toHaveLength(FILES.length * 25)
    expect(processorTime() - begun).toBeLessThan(1000)
  })

  test('that is cut off, or no keyring, is refused', () => {
    expect(() => [...scanKeyring(keyring.subarray(0, -1))]).toThrow(
      expect.objectContaining({ code: 'KEY_SYNTAX' }),
    )
    expect(() => binaryKeyring(Buffer.from('hello'))).toThrow(
      expect.objectContaining({ code: 'KEY_SYNTAX' }),
    )
  })

  test('that is empty has no keys', () => {
    expect([...scanKeyring(binaryKeyring(new Uint8Array()))]).toEqual([])
  })
})
