import { expect, test } from 'vitest'
import { fileName, idPrefixOf } from '../../../src/certification/file-name.ts'
import { formatSource, toSegments } from '../../../src/certification/artifacts/source-identifier.ts'
import type { SourceIdentifier } from '../../../src/certification/artifacts/source-identifier.ts'

const debian: SourceIdentifier = {
  ecosystem: 'debian',
  source: 'tiny++',
  version: '2:1.0-3+b1',
  architecture: 'amd64 source',
  sourceVersion: '2:1.0-3',
}
const maven = { ecosystem: 'maven', group: 'org.example', artifact: 'tool' } as const

test('a Debian source identifier has the segments source, version with epoch, architecture', () => {
  expect(toSegments(debian)).toEqual(['tiny++', '2:1.0-3+b1', 'amd64 source'])
  expect(formatSource(debian)).toBe('tiny++ 2:1.0-3+b1 (amd64 source)')
})

test('a Maven source identifier has the segments of its group, artifact and version', () => {
  expect(toSegments({ ...maven, version: '1.0' })).toEqual(['org', 'example', 'tool', '1.0'])
  expect(formatSource({ ...maven, version: '1.0' })).toBe('org.example:tool:1.0')
})

test('a Maven source identifier without version has no segments', () => {
  expect(toSegments(maven)).toBeUndefined()
  expect(formatSource(maven)).toBe('org.example:tool')
})

test('a file name carries 16 hex digits of the id, and they can be read from it', () => {
  const name = fileName('hello_2.10-3_amd64', '0123456789abcdef'.repeat(4))
  expect(name).toBe('hello_2.10-3_amd64_0123456789abcdef.buildinfo')
  expect(idPrefixOf(name)).toBe('0123456789abcdef')
  expect(idPrefixOf('hello_2.10-3_amd64.buildinfo')).toBeUndefined()
  expect(idPrefixOf(`${name}.asc`)).toBeUndefined()
})
