import { expect, test } from 'vitest'
import { inToto } from '../../../src/certification/dialects/in-toto.ts'
import { readMetablock } from '../../../src/certification/metablock.ts'
import { dataText } from '../../support/signed-text.ts'

const DEB = 'librust-as-slice-dev_0.2.1-1+b2_amd64.deb'
const SHA256 = 'a'.repeat(64)

const linkOf = (products: Record<string, unknown>, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ _type: 'link', name: 'rebuild x', products, ...more })
const read = (products: Record<string, unknown>, more?: Record<string, unknown>) =>
  inToto.read(linkOf(products, more))

test('a link of rebuilderd is of the package that it names', () => {
  const { signed } = readMetablock(
    Buffer.from(dataText(`in-toto/${DEB.replace('.deb', '.in-toto.link')}`)),
  )
  const { artifacts, ...rest } = inToto.read(Buffer.from(signed).toString())
  expect(artifacts.map(({ name }) => name)).toEqual([DEB])
  expect(artifacts[0]?.checksums[0]).toEqual({
    algorithm: 'sha256',
    hex: '32be954941cdb42bce44c19ece910af04ece3a1acc9b79fa3e8ff735ffb511cd',
  })
  expect(artifacts[0]?.checksums[1]?.hex).toMatch(/^98c17aaf/)
  expect(rest).toEqual({
    dialect: 'in-toto',
    sources: [{ ecosystem: 'product', product: 'librust-as-slice-dev', version: '0.2.1-1+b2' }],
    stem: 'librust-as-slice-dev_0.2.1-1+b2_amd64',
    hasDate: false,
  })
})

test.each([
  ['filesystem-2025.10.12-1-any.pkg.tar.zst', 'filesystem', '2025.10.12-1'],
  ['lib32-gcc-libs-1:13.2.1-3-x86_64.pkg.tar.zst', 'lib32-gcc-libs', '1:13.2.1-3'],
  ['gtk+3.0-doc_3.24~rc1-1+b2_all.deb', 'gtk+3.0-doc', '3.24~rc1-1+b2'],
  ['bash-5.2.26-3.fc40.x86_64.rpm', 'bash', '5.2.26-3.fc40'],
  ['tool-1.2.tar.gz', 'tool', '1.2'],
])('%s is %s %s', (name, product, version) => {
  const { sources } = read({ [name]: { sha256: SHA256 } })
  expect(sources).toEqual([{ ecosystem: 'product', product, version }])
})

test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
  ['no link', {}, { _type: 'layout' }, 'BUILDINFO_FIELD_INVALID'],
  ['another step', { [DEB]: { sha256: SHA256 } }, { name: 'build' }, 'BUILDINFO_FIELD_INVALID'],
  ['no products', {}, {}, 'BUILDINFO_FIELD_MISSING'],
  ['a directory alone', { [`${DEB}/`]: { sha256: SHA256 } }, {}, 'BUILDINFO_FIELD_INVALID'],
  ['no checksum known here', { [DEB]: { blake3: SHA256 } }, {}, 'BUILDINFO_FIELD_MISSING'],
  ['half a checksum', { [DEB]: { sha256: 'ab' } }, {}, 'BUILDINFO_FIELD_INVALID'],
  ['no version', { 'README.md': { sha256: SHA256 } }, {}, 'BUILDINFO_FIELD_INVALID'],
])('a link with %s is refused', (...[, products, more, code]) => {
  expect(() => read(products, more)).toThrow(expect.objectContaining({ code }))
})

test.each([
  [`/tmp/rebuilderdAbCdEf/out/${DEB}`, 'tmp/rebuilderdAbCdEf/out/'],
  [`out/${DEB}`, 'out/'],
  [`./${DEB}`, undefined],
  [`../${DEB}`, undefined],
])('a product that is called %s is that file', (path, directory) => {
  const { artifacts, sources, stem } = read(
    { [path]: { sha256: SHA256 } },
    { name: `rebuild ${path}` },
  )
  expect(artifacts).toEqual([
    {
      name: DEB,
      ...(directory && { directory }),
      checksums: [{ algorithm: 'sha256', hex: SHA256 }],
    },
  ])
  expect(stem).toBe(DEB.replace('.deb', ''))
  expect(sources).toHaveLength(1)
})

test('of two products that are the same file with two checksums neither is taken, and that is said', () => {
  const other = 'tool_1.0-1_all.deb'
  const products = {
    [`a/${DEB}`]: { sha256: SHA256 },
    [`./a/${DEB}`]: { sha256: 'b'.repeat(64) },
    [other]: { sha256: SHA256 },
  }
  const { artifacts, leftOut } = read(products)
  expect(artifacts.map(({ name }) => name)).toEqual([other])
  expect(leftOut).toMatchObject([{ name: `a/${DEB}`, code: 'AMBIGUOUS' }])
})
