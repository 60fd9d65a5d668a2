import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MalformedError } from '../../src/base/errors.ts'
import { encodePath, readPath } from '../../src/certification/path.ts'
import { segmentProblem } from '../../src/certification/artifacts/segment.ts'

const segment = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
    fc.constantFrom('2:1.0~rc1+dfsg-3+b1', 'amd64 source', '%2e%2e', '...', '?#', "'", 'a%2fb'),
  )
  .filter((text) => segmentProblem(text) === undefined)

test('a path that was encoded is read back as it was', () => {
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 64 }), (segments) => {
      expect(readPath(encodePath(segments))).toEqual(segments)
      expect(readPath(`/${encodePath(segments)}/`)).toEqual(segments)
    }),
  )
})

test('an encoded path is ASCII that needs no escape in HTML or a header', () => {
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
      expect(encodePath(segments)).toMatch(/^[A-Za-z0-9%/._~+:@!$(),;*-]*$/)
    }),
  )
})

test('whatever is asked for is read into safe segments or refused', () => {
  const raw = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webPath(),
    fc
      .array(
        fc.constantFrom('%2e', '.', '..', '/', '%2f', '%5c', '\\', '%00', '%25', 'a', '%c3', '%bc'),
      )
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(raw, (path) => {
      try {
        for (const part of readPath(path)) expect(part).not.toMatch(/^\.{0,2}$|[/\\\p{Cc}]/u)
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error
        expect(error.code).toBe('PATH_INVALID')
      }
    }),
  )
})
