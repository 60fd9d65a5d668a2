import { expect, test } from 'vitest'
import { fileNamesOf } from '../../src/certification/artifact-name.ts'

const debs = (stem: string) => ['.deb', '.udeb', '.ddeb'].map((end) => ({ name: stem + end }))

test.each([
  ['quarkus-core-3.17.1.jar', [{ name: 'quarkus-core-3.17.1.jar' }]],
  ['tool_2.13-1.0.jar', [{ name: 'tool_2.13-1.0.jar' }]],
  ['hello_2.10-3_amd64', debs('hello_2.10-3_amd64')],
  ['tiny++_2:1.0~rc1+dfsg-3+b1_amd64', debs('tiny++_1.0~rc1+dfsg-3+b1_amd64')],
  ['hello_2.10-3_amd64.deb', [{ name: 'hello_2.10-3_amd64.deb' }]],
  ['bash_1%3a5.2-1_amd64.deb', [{ name: 'bash_5.2-1_amd64.deb' }]],
  ['org.example:tool:1.0', [{ name: 'tool-1.0.jar', group: 'org.example' }]],
  ['org.example:tool:1.0:sources', [{ name: 'tool-1.0-sources.jar', group: 'org.example' }]],
  ['org.example:tool:1.0@pom', [{ name: 'tool-1.0.pom', group: 'org.example' }]],
  ['org.example:tool:1.0:bin@tar.gz', [{ name: 'tool-1.0-bin.tar.gz', group: 'org.example' }]],
])('a question for %s means %j', (query, names) => {
  expect(fileNamesOf(query)).toEqual(names)
})

test.each([
  '',
  ' ',
  'a/b',
  '..',
  'a\\b',
  'a\0',
  'a\u202eb',
  'x'.repeat(256),
  'a:b',
  'a:b:c:d:e',
  'a::c',
  'a..b:c:1',
  'a:b:1@',
  'a:..:1',
])('a question for %j is refused', (query) => {
  expect(() => fileNamesOf(query)).toThrow(expect.objectContaining({ code: 'QUERY_INVALID' }))
})
