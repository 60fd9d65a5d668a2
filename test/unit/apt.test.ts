import { expect, test } from 'vitest'
import { readAptList } from '../../src/check/apt-list.ts'
import { subjectsIn } from '../../src/check/installed.ts'

const HEAD = 'VERSION 3\nAPT::Architecture=amd64\nDir::Log=/var/log/apt\n\n'

test('of what apt says in version 3 the files are taken, and nothing else', () => {
  const list = [
    'hello - - none < 2.10-3 amd64 none /var/cache/apt/archives/hello_2.10-3_amd64.deb',
    'hello - - none < 2.10-3 amd64 none **CONFIGURE**',
    'old 1.0 amd64 same > - - none **REMOVE**',
    'tool 1 all none < 2 all none /tmp/a folder/tool.deb',
    '',
  ].join('\n')
  expect(readAptList(HEAD + list)).toEqual([
    { path: '/var/cache/apt/archives/hello_2.10-3_amd64.deb', says: 'hello_2.10-3_amd64' },
    { path: '/tmp/a folder/tool.deb', says: 'tool_2_all' },
  ])
})

test('older versions of that protocol are read as well', () => {
  expect(readAptList('/a/b.deb\n/a/c.deb\n')).toEqual(
    ['/a/b.deb', '/a/c.deb'].map((path) => ({ path, says: undefined })),
  )
  expect(
    readAptList('VERSION 2\n\nhello - < 2.10-3 /a/b.deb\nhello - < 2.10-3 **CONFIGURE**\n'),
  ).toEqual([{ path: '/a/b.deb', says: 'hello_2.10-3_' }])
  expect(readAptList('')).toEqual([])
  expect(readAptList(HEAD)).toEqual([])
})

const stanza = (fields: readonly string[]): string => `${fields.join('\n')}\n`

test("of an archive's list every package is taken that has a strong checksum", () => {
  const text = [
    stanza([
      'Package: a',
      'Version: 1:2-3',
      'Architecture: all',
      'Size: 12',
      `SHA256: ${'1'.repeat(64)}`,
    ]),
    stanza(['Package: b', 'Version: 1', 'Architecture: amd64', `MD5sum: ${'2'.repeat(32)}`]),
    stanza(['Description: none of these', ' Package: c']),
  ].join('\n')
  expect(subjectsIn(text)).toEqual([
    {
      name: 'a_1:2-3_all',
      collection: 'debian',
      names: ['.deb', '.udeb', '.ddeb'].map((suffix) => ({ name: `a_2-3_all${suffix}` })),
      size: 12,
      checksums: { sha256: '1'.repeat(64) },
    },
  ])
})

test('a version that nobody knows is refused: what it installs would go unseen', () => {
  expect(() => readAptList('VERSION 9\n\n')).toThrow('version 9')
})
