import { describe, expect, test } from 'vitest'
import { DIALECTS } from '../../src/certification/dialects/dialects.ts'
import { examine } from '../../src/certification/examine.ts'
import { readPublicKeys } from '../../src/certification/signatures/public-key.ts'
import { stateOf } from '../../src/certification/signatures/state.ts'
import { CountersignError } from '../../src/base/errors.ts'
import { dataBytes, namesIn } from '../support/inputs.ts'

/** The certification of bob, which most of the cases wrap in another way. */
const BOB = 'fba5c4fb'

/** `ID STATE` of what is accepted; the code of what is refused. An invalid one has an id too, and no state. */
const EXPECTED: Readonly<Record<string, string>> = {
  '01-prefix-injected-fields.buildinfo': `${BOB} verified`,
  '02-suffix-injected.buildinfo': `${BOB} verified`,
  '04-crlf.buildinfo': `${BOB} verified`,
  '05-trailing-space.buildinfo': `${BOB} verified`,
  '07-tampered.buildinfo': 'SIGNATURE_INVALID',
  '08-unsigned.buildinfo': 'SIGNATURE_MISSING',
  '09-bom.buildinfo': 'ARMOR_SYNTAX',
  '10-dup-field.buildinfo': 'BUILDINFO_SYNTAX',
  '11-traversal.buildinfo': 'BUILDINFO_FIELD_INVALID',
  '12-slash-version.buildinfo': 'BUILDINFO_FIELD_INVALID',
  '14-nul.buildinfo': 'BUILDINFO_SYNTAX',
  '15-no-version.buildinfo': 'BUILDINFO_FIELD_MISSING',
  '19-md5-only.buildinfo': 'f7bb1064 verified',
  '21-epoch-tilde-plus.buildinfo': '0aaa8102 verified',
  '24-expired-key-signed-while-valid.buildinfo': 'b6465340 key-expired',
  '25-revoked-key.buildinfo': '852621c0 key-revoked',
  '27-inline-signed-not-clearsigned.buildinfo': 'MESSAGE_NOT_CLEARSIGNED',
}

const NOW = Date.parse('2026-11-23T12:00:00Z')

const KEYS = [
  'hello/alice.asc',
  'hello/bob.asc',
  'odd/key-expired.asc',
  'odd/key-revoked.asc',
] as const

async function answerTo(bytes: Uint8Array): Promise<string> {
  const read = await Promise.all(KEYS.map((path) => readPublicKeys(dataBytes(path))))
  const keys = read.flat().map((key) => key.bytes)
  try {
    const examinations = await examine({ bytes }, DIALECTS.debian, keys)
    return examinations
      .map((each) =>
        each.signature === 'invalid'
          ? each.code
          : `${each.certification.id.slice(0, 8)} ${stateOf(each.signature === 'good' ? each.facts : undefined, NOW)}`,
      )
      .join(', ')
  } catch (error) {
    if (error instanceof CountersignError) return error.code
    throw error
  }
}

describe('an odd file', () => {
  test.each(Object.entries(EXPECTED))('%s is answered with %s', async (name, expected) => {
    expect(await answerTo(dataBytes(`odd/${name}`))).toBe(expected)
  })

  test('is never without an expected answer', () => {
    const there = namesIn('odd').filter((name) => name.endsWith('.buildinfo'))
    expect(there).toEqual(Object.keys(EXPECTED))
  })

  test('that only wraps the certification of bob is kept as the very bytes of bob', async () => {
    const bob = dataBytes('hello/bob/hello_2.10-3_amd64.buildinfo')
    const wrapped = Object.keys(EXPECTED).filter((name) => EXPECTED[name]?.startsWith(BOB))
    for (const name of wrapped) {
      const [kept] = await examine({ bytes: dataBytes(`odd/${name}`) }, DIALECTS.debian, [])
      expect(Buffer.compare(kept!.certification.bytes, bob), name).toBe(0)
    }
    expect(wrapped).toHaveLength(4)
  })
})
