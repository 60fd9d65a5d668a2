import { describe, expect, test } from 'vitest'
import { dearmor, enarmor } from '../../../src/certification/signatures/armor.ts'
import { packets } from '../../../src/certification/signatures/packet.ts'
import {
  canonicalPacket,
  readSignaturePacket,
} from '../../../src/certification/signatures/signature-packet.ts'
import { dataBytes, namesIn } from '../../support/inputs.ts'

const octets = Uint8Array.from({ length: 100 }, (_, at) => at)
const armor = enarmor('SIGNATURE', octets)
const read = (text: string): Uint8Array | undefined =>
  dearmor('SIGNATURE', Buffer.from(text))?.octets

describe('armor', () => {
  test('of a signature by GnuPG is what GnuPG wrote', () => {
    const files = namesIn('jvm/signed').filter((name) => name.endsWith('.asc'))
    for (const name of files) {
      const file = dataBytes(`jvm/signed/${name}`)
      const { octets: packet } = dearmor('SIGNATURE', file)!
      const { body } = [...packets(packet, 'SIGNATURE_SYNTAX')][0]!
      const again = enarmor('SIGNATURE', canonicalPacket(readSignaturePacket(body)))
      expect(again, name).toBe(new TextDecoder().decode(file))
    }
    expect(files.length).toBeGreaterThan(5)
  })

  test.each([
    ['CRLF', armor.replaceAll('\n', '\r\n')],
    ['headers', armor.replace('\n\n', '\nVersion: 1\nComment: two: words\n\n')],
    ['blanks around its lines', armor.replaceAll('\n', '  \n ').trimEnd()],
    ['words around it', `hello\n${armor}bye\n`],
    ['no checksum', armor.replace(/\n=.{4}\n/, '\n')],
    ['no blank line', armor.replace('\n\n', '\n')],
  ])('is read with %s', (_, text) => {
    const lines = text.replaceAll(/^ +(?=-----)/gm, '')
    expect(Buffer.from(read(lines)!)).toEqual(Buffer.from(octets))
  })

  test('may be several blocks', () => {
    expect(read(`${armor}\n${armor}`)).toHaveLength(200)
  })

  test.each([
    ['a wrong checksum', armor.replace(/\n=.{4}\n/, '\n=AAAA\n')],
    ['no end', armor.slice(0, -30)],
    ['a line that is no base64', armor.replace('\n\n', '\n\n!!!!\n')],
    ['a line lost in the middle of a group', armor.replace(/\n=.{4}\n/, '\nA\n')],
    ['data after its padding', armor.replace(/==\n/, '==\nAAAA\n')],
  ])('is refused with %s', (_, text) => {
    expect(text).not.toBe(armor)
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'ARMOR_SYNTAX' }))
  })

  test('of another kind is none', () => {
    expect(dearmor('PUBLIC KEY BLOCK', Buffer.from(armor))).toBeUndefined()
  })
})
