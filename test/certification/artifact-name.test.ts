import { expect, test } from 'vitest'
import { fileNamesOf, isCoordinates } from '../../src/certification/artifact-name.ts'

const debs = (stem: string) => ['.deb', '.udeb', '.ddeb'].map((end) => ({ name: stem + end }))

test.each([
  ['quarkus-core-3.17.1.jar', [{ name: 'quarkus-core-3.17.1.jar' }]],
  ['tool_2.13-1.0.jar', [{ name: 'tool_2.13-1.0.jar' }]],
  ['hello_2.10-3_amd64', debs('hello_2.10-3_amd64')],
  [
    'tiny++_2:1.0~rc1+dfsg-3+b1_amd64',
    [...debs('tiny++_1.0~rc1+dfsg-3+b1_amd64'), ...debs('tiny++_2%3a1.0~rc1+dfsg-3+b1_amd64')],
  ],
  ['hello_2.10-3_amd64.deb', [{ name: 'hello_2.10-3_amd64.deb' }]],
  [
    'bash_1%3a5.2-1_amd64.deb',
    ['bash_5.2-1_amd64.deb', 'bash_1%3a5.2-1_amd64.deb', 'bash_1:5.2-1_amd64.deb'].map((name) => ({
      name,
    })),
  ],
  ['re9-1:20211101-1-x86_64.pkg.tar.zst', [{ name: 're9-1:20211101-1-x86_64.pkg.tar.zst' }]],
  ['a:b:c-1-any.pkg.tar.zst', [{ name: 'a:b:c-1-any.pkg.tar.zst' }]],
  ['tool-1:2.0.rpm', [{ name: 'tool-1:2.0.rpm' }]],
  ['a:b', [{ name: 'a:b' }]],
  ['a:b:c:d:e', [{ name: 'a:b:c:d:e' }]],
  ['a::c', [{ name: 'a::c' }]],
  ['a..b:c:1', [{ name: 'a..b:c:1' }]],
  ['a:b:1@', [{ name: 'a:b:1@' }]],
  ['a:..:1', [{ name: 'a:..:1' }]],
  ['org.example:tool:1.0', [{ name: 'tool-1.0.jar', group: 'org.example' }]],
  ['org.example:tool:1.0:sources', [{ name: 'tool-1.0-sources.jar', group: 'org.example' }]],
  ['org.example:tool:1.0@pom', [{ name: 'tool-1.0.pom', group: 'org.example' }]],
  ['org.example:tool:1.0:bin@tar.gz', [{ name: 'tool-1.0-bin.tar.gz', group: 'org.example' }]],
])('a question for %s means %j', (query, names) => {
  expect(fileNamesOf(query)).toEqual(names)
})

test.each(['', ' ', 'a/b', '..', 'a\\b', 'a\0', 'a\u202eb', 'x'.repeat(256)])(
  'a question for %j is refused',
  (query) => {
    expect(() => fileNamesOf(query)).toThrow(expect.objectContaining({ code: 'QUERY_INVALID' }))
  },
)

test.each([
  ['org.example:tool:1.0', true],
  ['org.example:tool:1.0:bin@tar.gz', true],
  ['re9-1:20211101-1-x86_64.pkg.tar.zst', false],
  ['libcase_2:1.0-1_amd64', false],
  ['tool-1.0.jar', false],
])('%s are coordinates: %s', (query, expected) => {
  expect(isCoordinates(query)).toBe(expected)
})
