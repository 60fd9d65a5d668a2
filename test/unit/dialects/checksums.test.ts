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
    ['a path', `${A}  ../x-1.zip`, 'BUILDINFO_SYNTAX'],
    ['another algorithm', `${'a'.repeat(40)}  x-1.zip`, 'BUILDINFO_SYNTAX'],
    ['prose', 'these are the checksums', 'BUILDINFO_SYNTAX'],
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
