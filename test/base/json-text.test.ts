import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/base/json-text.ts'
import { costOf } from '../support/cost-of.ts'

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const nested = (depth: number): Uint8Array => octets('['.repeat(depth) + ']'.repeat(depth))

const object = (members: number): Uint8Array =>
  octets(`{${Array.from({ length: members }, (_, at) => `"${at}:":":"`).join(',')}}`)

describe('JSON from anybody', () => {
  test('is what JSON.parse says', () => {
    const text = '{"a":[1,{"b":"\\"]]{{ \\\\"}],"é":null}'
    expect(parseJson(octets(text))).toEqual(JSON.parse(text))
  })

  test('may have brackets in its strings, and many beside each other', () => {
    expect(parseJson(octets(`"${'[{'.repeat(1000)}"`))).toBe('[{'.repeat(1000))
    expect(parseJson(octets(`[${'[],'.repeat(1000)}{}]`))).toHaveLength(1001)
  })

  test('nested deeply is refused at once', async () => {
    expect(parseJson(nested(64))).toBeInstanceOf(Array)
    expect(() => parseJson(nested(65))).toThrow('levels deep')
    const [brackets, names] = [nested(500_000), octets('{"a":'.repeat(200_000))]
    const cost = await costOf(() => {
      expect(() => parseJson(brackets)).toThrow(SyntaxError)
      expect(() => parseJson(names)).toThrow(SyntaxError)
    })
    expect(cost).toBeLessThan(20)
  })

  test('with more members than any link has is refused before it is parsed', () => {
    expect(Object.keys(Object(parseJson(object(32_768))))).toHaveLength(32_768)
    expect(() => parseJson(object(32_769))).toThrow('members')
  })

  test('that is none, or no UTF-8, is refused', () => {
    expect(() => parseJson(octets('{'))).toThrow(SyntaxError)
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(TypeError)
  })
})
