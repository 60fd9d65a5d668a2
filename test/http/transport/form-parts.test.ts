import { describe, expect, test } from 'vitest'
import { readFormParts } from '../../../src/http/transport/form-parts.ts'

const TYPE = 'multipart/form-data; boundary=b'
const read = (text: string, type = TYPE) =>
  readFormParts(type, Buffer.from(text, 'latin1'), 3)?.map(({ name, isFile, bytes }) => [
    name,
    isFile,
    Buffer.from(bytes).toString('latin1'),
  ])
const part = (head: string, content: string): string => `--b\r\n${head}\r\n\r\n${content}\r\n`
const named = (name: string): string => `Content-Disposition: form-data; name="${name}"`

describe('parts of a form', () => {
  test('are files with a file name or as octets, and fields without', () => {
    expect(
      read(
        [
          'preamble\r\n',
          part(`${named('file')}; filename="; name=key"`, 'one\r\ntwo\r\n'),
          part(`Content-Type: application/octet-stream\r\n${named('key')}`, 'x--b'),
          part(named('signature'), ''),
          '--b--\r\nepilogue',
        ].join(''),
      ),
    ).toEqual([
      ['file', true, 'one\r\ntwo\r\n'],
      ['key', true, 'x--b'],
      ['signature', false, ''],
    ])
  })

  test('have a boundary that may be quoted, stand behind other parameters, and end in blanks', () => {
    const text = `--b c \t\r\ncontent-disposition:form-data;name=file\r\n\r\nx\r\n--b c--`
    expect(read(text, 'Multipart/Form-Data; charset=utf-8; Boundary="b c"')).toEqual([
      ['file', false, 'x'],
    ])
  })

  test('without a name are left out, and count', () => {
    expect(read(`${'--b\r\n\r\n\r\n'.repeat(3)}--b--`)).toEqual([])
    expect(read(`${'--b\r\n\r\n\r\n'.repeat(4)}--b--`)).toBeUndefined()
  })

  test.each([
    ['without a boundary', part(named('file'), 'x'), 'multipart/form-data'],
    ['with two parameters in one', part(named('file'), 'x'), 'multipart/form-data; boundary=b"c'],
    ['without an end', part(named('file'), 'x'), TYPE],
    ['without any delimiter', 'hello', TYPE],
    ['with headers that do not end', `--b\r\n${'a: b\r\n'.repeat(1000)}\r\n\r\n--b--`, TYPE],
    ['with a delimiter that goes on', `--bc\r\n${named('file')}\r\n\r\nx\r\n--b--`, TYPE],
  ])('%s are none', (_says, text, type) => {
    expect(() => read(text, type)).toThrow(SyntaxError)
  })
})
