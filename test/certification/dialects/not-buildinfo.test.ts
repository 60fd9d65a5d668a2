import { expect, test } from 'vitest'
import { debian } from '../../../src/certification/dialects/debian.ts'
import { DIALECTS } from '../../../src/certification/dialects/dialects.ts'
import { readUnsigned } from '../../../src/certification/unsigned.ts'
import { dataText, signedText } from '../../support/signed-text.ts'

const CHANGES = 'hello/alice/hello_2.10-3_amd64.changes'
const DSC = 'hello/alice/hello_2.10-3.dsc'

function refusal(...parts: readonly string[]): unknown {
  const message: unknown = expect.stringMatching(new RegExp(`${parts.join('.*')}.*\\.$`))
  return expect.objectContaining({ code: 'BUILDINFO_FIELD_INVALID', message })
}

test('a .changes that was handed in by mistake is called so, and which buildinfo it names', () => {
  expect(() => debian.read(signedText(CHANGES))).toThrow(
    refusal(
      'This is no buildinfo but a .changes file',
      '"hello_2.10-3_amd64.buildinfo"',
      'Send that',
    ),
  )
})

test('a .changes without a buildinfo says where one comes from', () => {
  const text = signedText(CHANGES).replaceAll(/^ .*\.buildinfo\n/gm, '')
  expect(() => debian.read(text)).toThrow(refusal('names no .buildinfo', 'dpkg-buildpackage'))
})

test.each(['1.0', '3.0 (quilt)'])('a .dsc of format %s is called so', (format) => {
  const text = signedText(DSC).replace(/^Format: .*$/m, `Format: ${format}`)
  expect(() => debian.read(text)).toThrow(
    refusal('a .dsc file', 'Send the .buildinfo', '"hello_2.10-3_amd64.buildinfo"'),
  )
})

test('also where nobody has signed it', () => {
  const bytes = Buffer.from(signedText(CHANGES))
  expect(() => readUnsigned(bytes, DIALECTS.debian)).toThrow(refusal('a .changes file'))
})

test.each(['nothing: much', 'no field at all', dataText('odd/08-unsigned.buildinfo')])(
  'any other text that nobody has signed lacks its signature',
  (text) => {
    expect(() => readUnsigned(Buffer.from(text), DIALECTS.debian)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_MISSING' }),
    )
  },
)
