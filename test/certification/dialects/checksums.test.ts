import { describe, expect, test } from 'vitest'
import { aliasProblem } from '../../../src/certification/path.ts'
import { checksums } from '../../../src/certification/dialects/checksums.ts'
import { dataText } from '../../support/signed-text.ts'

const A = 'a'.repeat(64)
const B = 'b'.repeat(128)
const sourcesOf = (...names: readonly string[]) =>
  checksums.read(names.map((name) => `${A}  ${name}`).join('\n')).sources

describe('a list of checksums', () => {
  test("of Bitcoin Core's is of that product and version, with its files", () => {
    const read = checksums.read(dataText('checksums/29.4/achow101/all.SHA256SUMS'))
    expect(read).toMatchObject({
      dialect: 'checksums',
      sources: [{ ecosystem: 'product', product: 'bitcoin', version: '29.4' }],
      stem: 'bitcoin-29.4',
    })
    expect(read.artifacts[0]).toEqual({
      name: 'bitcoin-29.4-aarch64-linux-gnu-debug.tar.gz',
      checksums: [
        {
          algorithm: 'sha256',
          hex: 'b4bc13e430291b2589d8fc6be713b756d343f39b2e79cadc9a2f1a55bcf83335',
        },
      ],
    })
  })

  test.each([
    ['tails-amd64-6.1.img', 'tails-amd64', '6.1'],
    ['tor-browser-linux-x86_64-13.5.tar.xz', 'tor-browser-linux-x86_64', '13.5'],
    ['debian-12.5.0-amd64-netinst.iso', 'debian', '12.5.0'],
    ['bitcoin-31.1rc2-win64-setup.exe', 'bitcoin', '31.1rc2'],
    ['tool_v1.0', 'tool', '1.0'],
  ])('that names %s is of %s %s', (name, product, version) => {
    expect(sourcesOf(name)).toEqual([{ ecosystem: 'product', product, version }])
  })

  test('of several products is of all of them, the one with most files first', () => {
    const found = sourcesOf('b-1.0.zip', 'a-2.0.zip', 'a-2.0.tar.gz', 'README')
    expect(found.map((source) => 'product' in source && source.product)).toEqual(['a', 'b'])
  })

  test('may give a file in two algorithms, in binary mode, with upper-case digits and remarks', () => {
    const text = `# built with care\n${A.toUpperCase()} *x-1.zip\n${B}  ./x-1.zip\n\n`
    expect(checksums.read(text).artifacts).toEqual([
      {
        name: 'x-1.zip',
        checksums: [
          { algorithm: 'sha256', hex: A },
          { algorithm: 'sha512', hex: B },
        ],
      },
    ])
  })

  test.each([
    ['nothing', '', 'BUILDINFO_FIELD_MISSING'],
    ['no version anywhere', `${A}  README`, 'BUILDINFO_FIELD_INVALID'],
    ['a file twice', `${A}  x-1.zip\n${'c'.repeat(64)}  x-1.zip`, 'BUILDINFO_SYNTAX'],
    ['a directory alone', `${A}  x-1/`, 'BUILDINFO_SYNTAX'],
    ['an algorithm that is not known here', `BLAKE3 (x-1.zip) = ${A}`, 'BUILDINFO_FIELD_MISSING'],
    ['prose', 'these are the checksums', 'BUILDINFO_SYNTAX'],
    ['more prose than checksums', `Do not use\nthis one:\n${A}  x-1.zip`, 'BUILDINFO_SYNTAX'],
    ['a byte order mark before its only line', `\ufeff${A}  x-1.zip`, 'BUILDINFO_SYNTAX'],
    ['a version of an architecture', `${A}  grand-os-x86_64.zip`, 'BUILDINFO_FIELD_INVALID'],
  ])('with %s is refused', (_, text, code) => {
    expect(() => checksums.read(text)).toThrow(expect.objectContaining({ code }))
  })

  test('may be filed under its product and version, and nowhere else', () => {
    const read = checksums.read(`${A}  bitcoin-29.3-win64.zip`)
    expect(aliasProblem(read, ['bitcoin', '29.3', 'me', 'all.buildinfo'])).toBeUndefined()
    expect(aliasProblem(read, ['bitcoin', '29.4', 'me', 'all.buildinfo'])).toContain('bitcoin 29.3')
    expect(aliasProblem(read, ['bitcoin-29.3.buildinfo'])).toContain('{product}/{version}')
  })
})

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern)
const HEX = { md5: '0'.repeat(32), sha1: '1'.repeat(40), sha256: A, sha512: B } as const
const namesIn = (text: string) => checksums.read(text).artifacts.map(({ name }) => name)
const sumsIn = (text: string) =>
  checksums
    .read(text)
    .artifacts.map(({ name, checksums: sums }) => [name, ...sums.map(({ algorithm }) => algorithm)])

describe('a line of a list', () => {
  test.each([
    ['binary mode', `${A} *x-1.zip`],
    ['one blank', `${A} x-1.zip`],
    ['a tab', `${A}\tx-1.zip`],
    ['a tab and an asterisk', `${A}\t*x-1.zip`],
    ['many blanks', `  ${A}     x-1.zip  `],
    ['a carriage return', `${A}  x-1.zip\r`],
    ['two carriage returns', `${A}  x-1.zip\r\r`],
    ['upper case', `${A.toUpperCase()}  x-1.zip`],
    ['an escape sign', `\\${A}  x-1.zip`],
    ["BSD's form", `SHA256 (x-1.zip) = ${A}`],
    ["OpenSSL's form", `SHA2-256(x-1.zip)= ${A}`],
    ["BSD's form, escaped", `\\SHA256 (x-1.zip) = ${A}`],
    ['a directory', `${A}  ./dist/x-1.zip`],
    ['the directory above', `${A}  ../x-1.zip`],
    ['an absolute path', `${A}  /home/me/x-1.zip`],
  ])('can have %s', (_, line) => {
    expect(sumsIn(line)).toEqual([['x-1.zip', 'sha256']])
    expect(checksums.read(line).leftOut).toBeUndefined()
  })

  test('can have a name with brackets and blanks', () => {
    expect(namesIn(`SHA256 (Tool (x) 1.zip) = ${A}\n${A}  x-1.zip`)).toEqual([
      'Tool (x) 1.zip',
      'x-1.zip',
    ])
  })

  test('in any algorithm is one of the same file, and weak ones are', () => {
    const lines = [HEX.md5, HEX.sha1, HEX.sha256, HEX.sha512].map((hex) => `${hex} *x-1.iso`)
    expect(sumsIn(lines.join('\n'))).toEqual([['x-1.iso', 'md5', 'sha1', 'sha256', 'sha512']])
  })

  test('of SHA-384 or of an algorithm that the heading names says nothing, and is no fault', () => {
    const text = [
      `${'c'.repeat(96)}  x-1.iso`,
      '# BLAKE2B HASH',
      `${'d'.repeat(128)}  x-1.iso`,
      '# SHA512 HASH',
      `${B}  x-1.iso`,
      `RMD160 (x-1.iso) = ${HEX.sha1}`,
    ].join('\n')
    const { artifacts, leftOut } = checksums.read(text)
    expect(artifacts).toEqual([{ name: 'x-1.iso', checksums: [{ algorithm: 'sha512', hex: B }] }])
    expect(leftOut).toBeUndefined()
  })

  test('below a heading without a number sign is read too', () => {
    const text = `md5\n\n${HEX.md5}  x-1.iso\n\nSHA256:\n${A}  x-1.iso\n# Checksums-Sha512:\n${B}  x-1.iso`
    expect(sumsIn(text)).toEqual([['x-1.iso', 'md5', 'sha256', 'sha512']])
    expect(checksums.read(text).leftOut).toBeUndefined()
  })

  test('that stands there twice counts once', () => {
    expect(checksums.read(`${A}  x-1.zip\n${A}  ./x-1.zip`).artifacts).toHaveLength(1)
  })
})

describe('what is left out of a list while the rest is taken', () => {
  const other = 'c'.repeat(64)
  test.each([
    ['a file with two checksums', `${A}  x-1.dmg\n${other}  x-1.dmg`, 'x-1.dmg', 'AMBIGUOUS'],
    ['a backslash', `\\${A}  x-1\\\\b.zip`, 'x-1\\b.zip', 'NAME_UNUSABLE'],
    ['a line feed', `\\${A}  x-1\\nb.zip`, 'x-1\nb.zip', 'NAME_UNUSABLE'],
    ['a hidden character', `${A}  x-1\u202eb.zip`, 'x-1\u202eb.zip', 'NAME_UNUSABLE'],
    ['a line that is none', 'x-1.dmg is good', null, 'LINE_UNREADABLE'],
    ['a checksum that is too short', `SHA256 (x-1.dmg) = ${HEX.md5}`, null, 'LINE_UNREADABLE'],
    ['an escape that is none', `\\${A}  x-1\\z.dmg`, null, 'LINE_UNREADABLE'],
    ['a byte order mark', `\ufeff${A}  x-1.dmg`, null, 'LINE_UNREADABLE'],
  ])('%s', (...[, line, name, code]) => {
    const { artifacts, leftOut } = checksums.read(`${line}\n${A}  x-1.zip\n`)
    expect(artifacts.map((one) => one.name)).toEqual(['x-1.zip'])
    expect(leftOut).toEqual([{ name, code, detail: matching(/^[ -~]*\.$/) }])
  })

  test('is named up to a number', () => {
    const lines = Array.from({ length: 80 }, (_, at) => `${A}  x-1\\${at}.zip`)
    const { leftOut = [] } = checksums.read([...lines, `${A}  x-1.zip`].join('\n'))
    expect(leftOut).toHaveLength(50)
    expect(leftOut.at(-1)).toEqual({ name: null, code: 'MORE', detail: '31 more are left out.' })
  })
})

describe('names in directories', () => {
  test('are compared by the base name, and shown whole', () => {
    const { artifacts, sources } = checksums.read(`${A}  aarch64-linux-gnu/tool-1.0-aarch64.tar.gz`)
    expect(artifacts).toMatchObject([
      { name: 'tool-1.0-aarch64.tar.gz', directory: 'aarch64-linux-gnu/' },
    ])
    expect(artifacts[0]).not.toHaveProperty('group')
    expect(sources).toMatchObject([{ product: 'tool', version: '1.0' }])
  })

  test('are compared by their path where one stands in two', () => {
    const text = `${A}  a/x-1.zip\n${'c'.repeat(64)}  b/c/x-1.zip\n${A}  a/y-1.zip`
    expect(checksums.read(text).artifacts).toMatchObject([
      { name: 'x-1.zip', group: 'a/' },
      { name: 'x-1.zip', group: 'b/c/' },
      { name: 'y-1.zip', directory: 'a/' },
    ])
    expect(checksums.read(text).leftOut).toBeUndefined()
  })
})

test('a list of a megabyte that is made to be read slowly is read in no time', () => {
  const size = 1_048_576
  const texts = [
    `${A}  ${'a/'.repeat(size / 2 - 40)}x-1.0`,
    `\\${A}  ${'\\\\'.repeat(size / 2 - 40)}`,
    `${A}  ${' '.repeat(size - 80)}x`,
    ' '.repeat(size),
    '\r'.repeat(size),
    `SHA256 (${') = '.repeat(size / 4 - 20)}`,
    `${'#'.repeat(30)}${'-'.repeat(30)}\n`.repeat(9900),
    `${A}  x${'-1.'.repeat(70)}\n`.repeat(3500),
    Array.from({ length: 9999 }, (_, at) => `${A}  ${at}/t-1.${at}`).join('\n'),
  ]
  const begun = process.cpuUsage()
  for (const text of texts)
    try {
      checksums.read(text)
    } catch (error) {
      expect(error).toMatchObject({ code: matching(/^BUILDINFO_/) })
    }
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(2500)
})
