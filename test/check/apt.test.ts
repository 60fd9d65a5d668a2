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

test.each([
  ['an older version', '/a/b.deb\n'],
  ['version 2', 'VERSION 2\n\nhello - < 2.10-3 /a/b.deb\n'],
  ['a version that nobody knows', 'VERSION 9\n\n'],
  ['nothing', ''],
  ['no end of its configuration', 'VERSION 3\nA=b'],
  ['a line of eight words', `${HEAD}hello - - none < 2.10-3 amd64 /a/b.deb\n`],
  ['a path that is none', `${HEAD}hello - - none < 2.10-3 amd64 none b.deb\n`],
])('apt that says %s is refused: what it installs would go unseen', (_, text) => {
  expect(() => readAptList(text)).toThrow('Nothing is installed')
})

test('apt that only removes installs nothing', () => {
  expect(readAptList(`${HEAD}hello 1 amd64 none > - - none **REMOVE**\n`)).toEqual([])
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
      // apt writes an epoch into the names of what it has fetched
      names: ['a_2-3_all', 'a_1%3a2-3_all'].flatMap((stem) =>
        ['.deb', '.udeb', '.ddeb'].map((suffix) => ({ name: `${stem}${suffix}` })),
      ),
      size: 12,
      checksums: { sha256: '1'.repeat(64) },
    },
  ])
})
