import { describe, expect, test } from 'vitest'
import { readCleartext, writeCleartext } from '../../../src/certification/signatures/cleartext.ts'
import { processorTime } from '../../support/processor-time.ts'

const ARMOR = '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n'
const message = (text: string): string =>
  `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${text}\n${ARMOR}`
const octetsOf = (file: string | Uint8Array): string | undefined => {
  const found = readCleartext(typeof file === 'string' ? Buffer.from(file, 'latin1') : file)
  return found && Buffer.from(found.octets).toString('latin1')
}

describe('a clearsigned message', () => {
  test.each([
    ['one line', 'a', 'a'],
    ['two lines', 'a\nb', 'a\r\nb'],
    ['a last line that is empty', 'a\n', 'a\r\n'],
    ['nothing', '', ''],
    ['trailing blanks', 'a \t\r\nb\r', 'a\r\nb'],
    ['leading blanks', ' a\n\tb', ' a\r\n\tb'],
    ['escaped dashes', '- -----BEGIN PGP SIGNED MESSAGE-----\n- - x', '-----BEGIN PGP SIGNED MESSAGE-----\r\n- x'],
    ['needless escapes', '- a\n- \n-', 'a\r\n\r\n-'],
    ['octets that are not UTF-8', 'caf\xe9', 'caf\xe9'],
    ['a carriage return inside', 'a\rb', 'a\rb'],
  ])('signs of %s what RFC 9580 says', (_, text, octets) => {
    expect(octetsOf(message(text))).toBe(octets)
    const canonical = writeCleartext(Buffer.from(octets, 'latin1'), 'SHA512', ARMOR)
    expect(octetsOf(canonical)).toBe(octets)
    const again = writeCleartext(readCleartext(canonical)!.octets, 'SHA512', ARMOR)
    expect(Buffer.compare(again, canonical)).toBe(0)
  }) // prettier-ignore

  test('is written as GnuPG does, with dashes and From escaped', () => {
    const written = writeCleartext(Buffer.from('-a\r\nFrom b\r\nc'), 'SHA512', ARMOR)
    expect(Buffer.from(written).toString()).toBe(message('- -a\n- From b\nc'))
  })

  test.each([
    ['two messages', message('a') + message('b'), 'MESSAGES_SEVERAL'],
    [
      'a message in a message',
      message('-----BEGIN PGP SIGNED MESSAGE-----\n\nb'),
      'MESSAGES_SEVERAL',
    ],
    [
      'a message that is not clearsigned',
      '-----BEGIN PGP MESSAGE-----\n\nAAAA\n',
      'MESSAGE_NOT_CLEARSIGNED',
    ],
    ['a signature alone', ARMOR, 'ARMOR_SYNTAX'],
    ['a byte order mark', `\xef\xbb\xbf${message('a')}`, 'ARMOR_SYNTAX'],
    ['no signature', message('a').slice(0, 60), 'ARMOR_SYNTAX'],
    ['no end', message('a').slice(0, -20), 'ARMOR_SYNTAX'],
    ['dashes that are not escaped', message('-----END'), 'ARMOR_SYNTAX'],
    ['no blank line', message('a').replace('\n\n', '\n'), 'ARMOR_SYNTAX'],
  ])('is refused with %s', (_, file, code) => {
    expect(() => octetsOf(file)).toThrow(expect.objectContaining({ code }))
  })

  test.each([
    '',
    'hello\n',
    ' -----BEGIN PGP SIGNED MESSAGE-----\n',
    '-----BEGIN PGP SIGNED MESSAGE-----x',
  ])('is not there in %j', (file) => {
    expect(octetsOf(file)).toBeUndefined()
  })

  test.each([
    ['lines of one dash', message('-\n'.repeat(500_000))],
    ['one line', message('x'.repeat(1_000_000))],
    ['begin lines that are none', 'x-----BEGIN PGP SIGNED MESSAGE-----'.repeat(30_000)],
    ['blanks', message(' '.repeat(1_000_000))],
    ['headers', `-----BEGIN PGP SIGNED MESSAGE-----\n${'a: b\n'.repeat(200_000)}\nx\n${ARMOR}`],
  ])('of a megabyte of %s is read at once', (_, file) => {
    const bytes = Buffer.from(file)
    const begun = processorTime()
    const found = readCleartext(bytes)
    if (found !== undefined) writeCleartext(found.octets, 'SHA512', ARMOR)
    expect(processorTime() - begun).toBeLessThan(1000)
  })
})
