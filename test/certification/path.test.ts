import { describe, expect, test } from 'vitest'
import { debian } from '../../src/certification/dialects/debian.ts'
import type { Buildinfo } from '../../src/certification/dialects/dialect.ts'
import { jvm } from '../../src/certification/dialects/jvm.ts'
import { fileName } from '../../src/certification/file-name.ts'
import { aliasProblem, encodePath, readPath } from '../../src/certification/path.ts'
import { toSegments } from '../../src/certification/artifacts/source-identifier.ts'
import { dataFiles, dataText, signedText } from '../support/signed-text.ts'

/** What stands against filing it where it is filed anyway. */
function canonicalProblems(buildinfo: Buildinfo): readonly string[] {
  const name = fileName(buildinfo.stem, '0123456789abcdef'.repeat(4))
  return buildinfo.sources.flatMap((source) => {
    const segments = toSegments(source)
    if (segments === undefined) return []
    const path = readPath(encodePath([...segments, name]))
    expect(path).toEqual([...segments, name])
    return aliasProblem(buildinfo, path) ?? []
  })
}

describe('a path', () => {
  test.each([
    ['', []],
    ['/', []],
    ['//', []],
    ['hello/2.10-3/', ['hello', '2.10-3']],
    ['/hello/2.10-3//', ['hello', '2.10-3']],
    ['tiny++/2:1.0~rc1+dfsg-3+b1', ['tiny++', '2:1.0~rc1+dfsg-3+b1']],
    ['tiny%2B%2b/2%3A1.0%7Erc1%2Bdfsg-3%2Bb1', ['tiny++', '2:1.0~rc1+dfsg-3+b1']],
    ['x/1/all%20amd64%20source', ['x', '1', 'all amd64 source']],
    ['a%252fb', ['a%2fb']],
    ['gr%C3%BC%C3%9Fe', ['grüße']],
    ['a?b', ['a?b']],
  ])('%s is read as %j', (raw, segments) => {
    expect(readPath(raw)).toEqual(segments)
  })

  test.each([
    'a//b',
    '//a',
    './a',
    'a/..',
    'a/%2e%2E/b',
    '..%2fetc',
    'a%5cb',
    'a\\b',
    'a%00',
    'a%0Ab',
    'a%7f',
    'a%C2%85',
    'a%',
    'a%2',
    'a%zz',
    '%ff',
    '%C0%AF',
    '%ED%A0%80',
    'grüße',
    'a'.repeat(256),
    '%C3%BC'.repeat(128),
    'a/'.repeat(65),
  ])('%s is refused', (raw) => {
    expect(() => readPath(raw)).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }))
  })

  test('may have segments of 255 bytes and 64 of them', () => {
    const segments = Array.from({ length: 64 }, () => 'a'.repeat(255))
    expect(readPath(segments.join('/'))).toEqual(segments)
  })

  test('stays readable where RFC 3986 allows', () => {
    expect(encodePath(['tiny++', '2:1.0~rc1', 'amd64 source', 'a@!$(),;', "a%/?#'"])).toBe(
      'tiny++/2:1.0~rc1/amd64%20source/a@!$(),;/a%25%2F%3F%23%27',
    )
  })
})

describe('an alias', () => {
  const tiny = debian.read(signedText('odd/21-epoch-tilde-plus.buildinfo'))
  const rpm = debian.read(
    signedText('debian/unsigned/securedrop-workstation-keyring-0.1.0-1.fc37.x86_64.buildinfo'),
  )
  const sbt = jvm.read(dataText('jvm/sample/stamina-core_2.12-0.1.6.buildinfo'))
  const aggregate = jvm.read(dataText('jvm/sample/airbase-157.buildinfo'))
  const gradle = jvm.read(dataText('jvm/sample/jarviz-core-0.3.0.buildinfo'))

  const fine: readonly (readonly [string, Buildinfo, string])[] = [
    ['a bare name', tiny, 'tiny++_1.0~rc1+dfsg-3_amd64.buildinfo'],
    ['a bare name of another form', tiny, 'tiny++_1.0~rc1+dfsg-3_all-amd64-source.buildinfo'],
    ['its own path', tiny, 'tiny++/2:1.0~rc1+dfsg-3/amd64/tiny++_1.0_amd64.buildinfo'],
    ['a file beside its version', tiny, 'tiny++/2:1.0~rc1+dfsg-3/tiny++_x.buildinfo'],
    ['a bare rpm name', rpm, 'securedrop-workstation-keyring-0.1.0-1.fc37.x86_64.buildinfo'],
    [
      'a publish of sbt',
      sbt,
      'com/scalapenos/stamina-core_2.12/0.1.6/stamina-core_2.12-0.1.6-my.host-15.buildinfo',
    ],
    [
      'a name without the Scala version',
      sbt,
      'com/scalapenos/stamina-core_2.12/0.1.6/stamina-core-0.1.6.buildinfo',
    ],
    [
      'a group in one segment',
      sbt,
      'com.scalapenos/stamina-core_2.12/0.1.6/stamina-core_2.12-0.1.6.buildinfo',
    ],
    [
      "a module's directory",
      aggregate,
      'io/airlift/airbase-policy/157/airbase-policy-157.buildinfo',
    ],
    [
      'a cross-built directory',
      gradle,
      'org/kordamp/jarviz/jarviz-cli_2.13/9/jarviz-cli.buildinfo',
    ],
    [
      'any version if it has none',
      gradle,
      'org/kordamp/jarviz/jarviz-core/0.3.0/jarviz-core-0.3.0.buildinfo',
    ],
  ]
  test.each(fine)('can be %s', (_, buildinfo, path) => {
    expect(aliasProblem(buildinfo, readPath(path))).toBeUndefined()
  })

  const refused: readonly (readonly [string, Buildinfo, string])[] = [
    ['of nothing', tiny, ''],
    ['of another extension', tiny, 'tiny++_1.0~rc1+dfsg-3_amd64.deb'],
    ['of another version', tiny, 'tiny++_1.0_amd64.buildinfo'],
    ['of a longer version', tiny, 'tiny++_1.0~rc1+dfsg-3.1_amd64.buildinfo'],
    ['of another source', tiny, 'hello_1.0~rc1+dfsg-3_amd64.buildinfo'],
    ['of another source below', tiny, 'hello/2:1.0~rc1+dfsg-3/amd64/tiny++_1.buildinfo'],
    [
      'of a version without its epoch below',
      tiny,
      'tiny++/1.0~rc1+dfsg-3/amd64/tiny++_1.buildinfo',
    ],
    ['of another name below', tiny, 'tiny++/2:1.0~rc1+dfsg-3/amd64/hello_1.buildinfo'],
    ['right below the source', tiny, 'tiny++/tiny++_1.buildinfo'],
    [
      'of another rpm version',
      rpm,
      'securedrop-workstation-keyring-0.1.0-1.fc37.1.x86_64.buildinfo',
    ],
    ['of a bare JVM name', sbt, 'stamina-core_2.12-0.1.6.buildinfo'],
    ['of another group', sbt, 'com/other/stamina-core_2.12/0.1.6/stamina-core_2.12.buildinfo'],
    ['of a group half in dots', aggregate, 'x/io.airlift/airbase/157/airbase.buildinfo'],
    ['of another artifact', sbt, 'com/scalapenos/stamina/0.1.6/stamina-core_2.12.buildinfo'],
    [
      'of a longer artifact',
      sbt,
      'com/scalapenos/stamina-core_2.120/0.1.6/stamina-core_2.12.buildinfo',
    ],
    [
      'of another version',
      sbt,
      'com/scalapenos/stamina-core_2.12/0.1.7/stamina-core_2.12.buildinfo',
    ],
    ['of another file', sbt, 'com/scalapenos/stamina-core_2.12/0.1.6/stamina.buildinfo'],
    ['of no possible version', gradle, 'org/kordamp/jarviz/jarviz-core/a b/jarviz-core.buildinfo'],
  ]
  test.each(refused)('%s is refused with a sentence', (_, buildinfo, path) => {
    const segments = path === '' ? [] : path.split('/')
    expect(aliasProblem(buildinfo, segments)).toMatch(/^The .*\.$/)
  })

  test.each([...dataFiles('debian/unsigned'), ...dataFiles('debian/signed')])(
    'can be any canonical path of %s',
    (path) => {
      expect(canonicalProblems(debian.read(signedText(path)))).toEqual([])
    },
  )

  test.each(dataFiles('jvm/sample'))('can be any canonical path of %s', (path) => {
    expect(canonicalProblems(jvm.read(dataText(path)))).toEqual([])
  })

  test('may leave out the Scala version that the artifact carries', () => {
    const path = readPath('com/scalapenos/stamina-core_2.12/0.1.6/stamina-core_2.12.buildinfo')
    expect(aliasProblem(sbt, path)).toBeUndefined()
  })
})
