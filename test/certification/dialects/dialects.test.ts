import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MalformedError } from '../../../src/base/errors.ts'
import { DIALECTS } from '../../../src/certification/dialects/dialects.ts'
import { readMetablock } from '../../../src/certification/metablock.ts'
import { bareNameProblem, segmentProblem } from '../../../src/certification/artifacts/segment.ts'
import { toSegments } from '../../../src/certification/artifacts/source-identifier.ts'
import { dataText, signedText } from '../../support/signed-text.ts'

/** What its signatures are over. */
const linkText = (name: string): string =>
  Buffer.from(readMetablock(Buffer.from(dataText(`in-toto/${name}`))).signed).toString()

const REAL = {
  debian: [
    signedText('debian/signed/0xffff_0.8-1+b1_amd64.buildinfo'),
    signedText('debian/unsigned/securedrop-workstation-keyring-0.1.0-1.fc37.x86_64.buildinfo'),
  ],
  jvm: [
    dataText('jvm/sample/stamina-core_2.12-0.1.6.buildinfo'),
    dataText('jvm/sample/jarviz-core-0.3.0.buildinfo'),
  ],
  checksums: [
    dataText('checksums/29.4/achow101/all.SHA256SUMS'),
    dataText('checksums/31.1/Sjors/noncodesigned.SHA256SUMS'),
  ],
  'in-toto': [
    linkText('librust-as-slice-dev_0.2.1-1+b2_amd64.in-toto.link'),
    linkText('filesystem-2025.10.12-1-any.INVALID.in-toto.link'),
  ],
}

/** A real text with some of it replaced by what does not belong there. */
const spoilt = (texts: readonly string[]) =>
  fc
    .record({
      text: fc.constantFrom(...texts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat({ max: 40 }),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom(
          '',
          '/',
          '..',
          '../',
          '\\',
          ' ',
          '\0',
          '\r',
          '\n',
          '\n\n',
          '=',
          ': ',
          '(',
          '\u202e',
        ),
      ),
    })
    .map(({ text, at, length, put }) => {
      const start = Math.floor(at * Math.min(text.length, 900))
      return text.slice(0, start) + put + text.slice(start + length)
    })

for (const dialect of Object.values(DIALECTS))
  test(`whatever the text is, ${dialect.name} gives safe names or a MalformedError`, () => {
    fc.assert(
      fc.property(spoilt(REAL[dialect.name]), (text) => {
        try {
          const { sources, artifacts, stem } = dialect.read(text)
          expect(bareNameProblem(`${stem}_0123456789abcdef.buildinfo`)).toBeUndefined()
          for (const { name, size = 0 } of artifacts) {
            expect(bareNameProblem(name)).toBeUndefined()
            expect(Number.isSafeInteger(size) && size >= 0).toBe(true)
          }
          for (const segment of sources.flatMap((source) => toSegments(source) ?? []))
            expect(segmentProblem(segment)).toBeUndefined()
        } catch (error) {
          if (!(error instanceof MalformedError)) throw error
          expect(error.code).toMatch(/^BUILDINFO_/)
          expect(error.message).toMatch(/\.$/)
        }
      }),
      { numRuns: 1000 },
    )
  })
