import { describe, expect, test } from 'vitest'
import { folded, readParagraph } from '../../../src/certification/dialects/deb822.ts'

function syntax(pattern: RegExp): unknown {
  const message: unknown = expect.stringMatching(pattern)
  return expect.objectContaining({ code: 'BUILDINFO_SYNTAX', message })
}

describe('the deb822 grammar', () => {
  test('reads fields without regard to case, and folded lines', () => {
    const paragraph = readParagraph('SOURCE: hello\nBinary: a\n b\n\tc\n')
    expect(folded(paragraph, 'Source')).toBe('hello')
    expect(folded(paragraph, 'binary')).toBe('a b c')
    expect(folded(paragraph, 'Version')).toBeUndefined()
  })

  test('reads a line with a dot as an empty line', () => {
    expect(readParagraph('Changes:\n one\n .\n two').get('changes')).toEqual(['', 'one', '', 'two'])
  })

  test('takes empty lines around the paragraph, and lines of blanks as empty', () => {
    expect(readParagraph('\n \nA: 1\n\t \n\n').get('a')).toEqual(['1'])
  })

  test('leaves blanks of Unicode in a value', () => {
    expect(readParagraph('A: 1\u00a0\n').get('a')).toEqual(['1\u00a0'])
  })

  test.each([
    ['a field twice, in another case', 'A: 1\na: 2', /Line 2 .* "a" a second time/],
    ['a second paragraph', 'A: 1\n\nB: 2', /Line 3 .* second paragraph/],
    ['a second paragraph that is folded', 'A: 1\n\n B', /Line 3 .* second paragraph/],
    ['a NUL', 'A: 1\nB: \0', /Line 2 .* control character/],
    ['an escape', 'A: \u001b[31m', /control character/],
    ['a carriage return', 'A: 1\r\nB: 2', /control character/],
    ['a continuation before any field', ' A: 1', /continues a field/],
    ['a line without colon', 'hello', /no "Field: value" line: "hello"/],
    ['a field without name', ': 1', /no "Field: value"/],
    ['a name with a blank', 'A B: 1', /no "Field: value"/],
    ['a name that begins like a comment', '#A: 1', /no "Field: value"/],
    ['a name that begins like armor', '-A: 1', /no "Field: value"/],
    ['a byte order mark', '\ufeffA: 1', /no "Field: value"/],
  ])('refuses %s', (_, text, message) => {
    expect(() => readParagraph(text)).toThrow(syntax(message))
  })
})
