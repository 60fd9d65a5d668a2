import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SourceIdentifier } from '../../../src/certification/artifacts/source-identifier.ts'
import { documentFacts } from '../../../src/repository/entries/document-facts.ts'

const KEY_ID = '00000000000000AA'
/** As src/spec/format-2.md has it. */
const short = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16)

const debian = (architecture: string, version = '1:2.10-3+b1'): SourceIdentifier => ({
  ecosystem: 'debian',
  source: 'hello',
  version,
  architecture,
  sourceVersion: '1:2.10-3',
})

describe('an index block says of a document', () => {
  test('of Debian its source and version, as they are, and each of its architectures', () => {
    expect(documentFacts(KEY_ID, [debian('all amd64')])).toEqual({
      keyId: KEY_ID,
      source: short('hello/1:2.10-3+b1'),
      architectures: [short('all'), short('amd64')],
    })
  })

  test('of Debian with many architectures the first eight', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
    expect(documentFacts(KEY_ID, [debian(names.join(' '))]).architectures).toEqual(
      names.slice(0, 8).map(short),
    )
  })

  test('of the JVM where it stands, and nothing where it has no version', () => {
    const jvm = { ecosystem: 'maven', group: 'org.example', artifact: 'tool' } as const
    expect(documentFacts(KEY_ID, [{ ...jvm, version: '1.0' }])).toEqual({
      keyId: KEY_ID,
      source: short('org/example/tool/1.0'),
      architectures: [],
    })
    expect(documentFacts(KEY_ID, [jvm]).source).toBeUndefined()
  })

  test('of checksums their product and version', () => {
    const product = { ecosystem: 'product', product: 'bitcoin', version: '27.0' } as const
    expect(documentFacts(KEY_ID, [product])).toEqual({
      keyId: KEY_ID,
      source: short('bitcoin/27.0'),
      architectures: [],
    })
  })

  test('that names several sources what the first one is', () => {
    const first = debian('source')
    expect(documentFacts(KEY_ID, [first, debian('amd64', '3')])).toEqual(
      documentFacts(KEY_ID, [first]),
    )
    expect(documentFacts(KEY_ID, [])).toEqual({
      keyId: KEY_ID,
      source: undefined,
      architectures: [],
    })
  })
})
