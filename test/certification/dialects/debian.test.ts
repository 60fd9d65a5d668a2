import { describe, expect, test } from 'vitest'
import { debian } from '../../../src/certification/dialects/debian.ts'
import { dataFiles, signedText } from '../../support/signed-text.ts'

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e'
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** A smallest buildinfo; a field that is `undefined` is left out. */
function buildinfo(change: Readonly<Record<string, string | undefined>>): string {
  const fields = {
    Format: '1.0',
    Source: 'hello',
    Binary: 'hello',
    Architecture: 'amd64',
    Version: '2.10-3',
    'Checksums-Sha256': `\n ${SHA256} 0 hello_2.10-3_amd64.deb`,
    ...change,
  }
  return Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]))
    .join('')
}

const readWith = (change: Readonly<Record<string, string | undefined>>) =>
  debian.read(buildinfo(change))

function refusal(code: string, text: string): unknown {
  const message: unknown = expect.stringContaining(text)
  return expect.objectContaining({ code, message })
}

describe('a real Debian buildinfo', () => {
  const unsigned = dataFiles('debian/unsigned')
  const signed = dataFiles('debian/signed')

  test.each([...unsigned, ...signed])('%s reads', (path) => {
    const { sources, artifacts, stem } = debian.read(signedText(path))
    expect(sources).toHaveLength(1)
    expect(artifacts.length).toBeGreaterThan(0)
    expect(stem).toMatch(/^[a-z0-9][A-Za-z0-9.+~_-]+$/)
  })

  test('there are 53 unsigned and 4 signed ones here', () => {
    expect([unsigned.length, signed.length]).toEqual([53, 4])
  })

  test('of a binNMU keeps the version of its source beside its own', () => {
    const read = debian.read(signedText('debian/signed/0xffff_0.8-1+b1_amd64.buildinfo'))
    expect(read.sources).toEqual([
      {
        ecosystem: 'debian',
        source: '0xffff',
        version: '0.8-1+b1',
        architecture: 'amd64',
        sourceVersion: '0.8-1',
      },
    ])
    expect(read.stem).toBe('0xffff_0.8-1+b1_amd64')
    expect(read.builtAt).toBe(Date.parse('2019-08-08T04:37:07Z'))
    expect(read.hasDate).toBe(false)
    expect(read.artifacts).toEqual([
      {
        name: '0xffff-dbgsym_0.8-1+b1_amd64.deb',
        size: 155516,
        checksums: [
          { algorithm: 'md5', hex: '66c55db47c05963b6fcd8ccd0df7a768' },
          { algorithm: 'sha1', hex: '2a52a985bc53393a44769391d09d22799dcbc691' },
          {
            algorithm: 'sha256',
            hex: '6d100b27f5e510bbee14311accf2cb9d20a09dfc8f754b9324a58222d14a2ecf',
          },
        ],
      },
      expect.objectContaining({ name: '0xffff_0.8-1+b1_amd64.deb', size: 58844 }),
    ])
  })

  test('with epoch, tilde and plus keeps them in the version, and no epoch in the stem', () => {
    const read = debian.read(signedText('odd/21-epoch-tilde-plus.buildinfo'))
    expect(read.sources[0]).toMatchObject({
      source: 'tiny++',
      version: '2:1.0~rc1+dfsg-3',
      architecture: 'all amd64 source',
    })
    expect(read.stem).toBe('tiny++_1.0~rc1+dfsg-3_amd64')
  })

  test('for all and source has all in its stem', () => {
    const read = debian.read(signedText('debian/unsigned/sphinx_1.7.2-1_amd64.buildinfo'))
    expect(read.sources[0]).toMatchObject({ architecture: 'all source' })
    expect(read.stem).toBe('sphinx_1.7.2-1_all')
    // +0100 is an hour before UTC.
    expect(read.builtAt).toBe(Date.parse('2018-04-14T09:19:26Z'))
  })

  test('of rpm, with SHA-256 alone, has the stem that rpm files have', () => {
    const name = 'securedrop-workstation-keyring-staging-0.3.0rc1-1.fc37.x86_64'
    const read = debian.read(signedText(`debian/unsigned/${name}.buildinfo`))
    expect(read.stem).toBe(name)
    expect(read.sources[0]).toMatchObject({ architecture: 'noarch', version: '0.3.0rc1-1.fc37' })
    expect(read.artifacts.map(({ checksums }) => checksums.length)).toEqual([1, 1])
  })

  test('of an early dpkg, with section and priority before the name, reads', () => {
    const read = debian.read(signedText('debian/unsigned/diffoscope-test1.buildinfo'))
    expect(read.artifacts).toMatchObject([{ name: 'test_1_all.deb', size: 2262 }])
    expect(read.artifacts[0]?.checksums).toHaveLength(3)
    expect(read).not.toHaveProperty('builtAt')
  })

  test('with MD5 alone reads', () => {
    const read = debian.read(signedText('odd/19-md5-only.buildinfo'))
    expect(read.artifacts.flatMap(({ checksums }) => checksums.map((c) => c.algorithm))).toEqual([
      'md5',
      'md5',
    ])
  })

  test.each([
    ['10-dup-field', 'BUILDINFO_SYNTAX'],
    ['11-traversal', 'BUILDINFO_FIELD_INVALID'],
    ['12-slash-version', 'BUILDINFO_FIELD_INVALID'],
    ['14-nul', 'BUILDINFO_SYNTAX'],
    ['15-no-version', 'BUILDINFO_FIELD_MISSING'],
  ])('made odd as %s is refused', (name, code) => {
    expect(() => debian.read(signedText(`odd/${name}.buildinfo`))).toThrow(refusal(code, ''))
  })
})

describe('a Debian buildinfo', () => {
  test.each([
    ['amd64', 'amd64', 'hello_2.10-3_amd64'],
    ['source all amd64', 'all amd64 source', 'hello_2.10-3_amd64'],
    ['i386 amd64', 'amd64 i386', 'hello_2.10-3_amd64-i386'],
    ['all', 'all', 'hello_2.10-3_all'],
    ['all source', 'all source', 'hello_2.10-3_all'],
    ['hurd-i386', 'hurd-i386', 'hello_2.10-3_hurd-i386'],
  ])('for "%s" is of architecture "%s" and has the stem %s', (field, architecture, stem) => {
    const { sources, stem: found } = readWith({ Architecture: field })
    expect(sources[0]).toMatchObject({ architecture })
    expect(found).toBe(stem)
  })

  test('of a source alone needs no Binary', () => {
    expect(readWith({ Architecture: 'source', Binary: undefined }).stem).toBe('hello_2.10-3_source')
    expect(() => readWith({ Binary: undefined })).toThrow(
      refusal('BUILDINFO_FIELD_MISSING', 'Binary'),
    )
  })

  test('has checksums in lower case, merged by name', () => {
    const { artifacts } = readWith({
      'Checksums-Md5': `\n ${MD5.toUpperCase()} 0 b.deb\n ${MD5} 0 a.deb`,
      'Checksums-Sha256': `\n ${SHA256.toUpperCase()} 0 a.deb`,
    })
    expect(artifacts).toEqual([
      { name: 'b.deb', size: 0, checksums: [{ algorithm: 'md5', hex: MD5 }] },
      {
        name: 'a.deb',
        size: 0,
        checksums: [
          { algorithm: 'md5', hex: MD5 },
          { algorithm: 'sha256', hex: SHA256 },
        ],
      },
    ])
  })

  test('leaves a date that cannot be read out', () => {
    for (const date of ['yesterday', 'Thu, 31 Feb 2019 04:37:07 +0000', '1565239027'])
      expect(readWith({ 'Build-Date': date })).not.toHaveProperty('builtAt')
  })

  test.each(['Format', 'Source', 'Architecture', 'Version', 'Checksums-Sha256'])(
    'without %s is refused',
    (field) => {
      expect(() => readWith({ [field]: undefined })).toThrow(
        refusal('BUILDINFO_FIELD_MISSING', field),
      )
    },
  )

  test.each([
    ['Format', '2.0'],
    ['Source', '..'],
    ['Source', '.hidden'],
    ['Source', 'a'],
    ['Source', 'Hello'],
    ['Source', 'he/llo'],
    ['Source', 'he\\llo'],
    ['Source', 'he llo'],
    ['Source', 'hello (2.10/3)'],
    ['Source', 'hello (2.10-3'],
    ['Source', 'hello ()'],
    ['Source', 'hello\u2215'],
    ['Source', 'h'.repeat(300)],
    ['Version', '..'],
    ['Version', '2.10 3'],
    ['Version', '1:'],
    ['Version', 'a:1'],
    ['Version', '1:2:3'],
    ['Version', '%2e%2e'],
    ['Version', '-1'],
    ['Architecture', 'amd64 ..'],
    ['Architecture', 'amd64/..'],
    ['Architecture', 'amd64 amd64'],
    ['Checksums-Sha256', ''],
    ['Checksums-Sha256', `\n ${SHA256} 0`],
    ['Checksums-Sha256', `\n ${SHA256} 0 a b`],
    ['Checksums-Sha256', `\n ${SHA256} 0 a.deb\n ${SHA256} 0 a.deb`],
    ['Checksums-Sha256', `\n ${SHA256} -1 a.deb`],
    ['Checksums-Sha256', `\n ${SHA256} 1e3 a.deb`],
    ['Checksums-Sha256', `\n ${SHA256} 9007199254740993 a.deb`],
    ['Checksums-Sha256', `\n ${SHA256}0 0 a.deb`],
    ['Checksums-Sha256', `\n ${MD5} 0 a.deb`],
    ['Checksums-Sha256', `\n ${SHA256.replace('e', 'g')} 0 a.deb`],
    ['Checksums-Sha256', `\n ${SHA256} 0 ../a.deb`],
    ['Checksums-Sha256', `\n ${SHA256} 0 ..`],
    ['Checksums-Sha256', `\n ${SHA256} 0 a\\b`],
    ['Checksums-Sha256', `\n ${SHA256} 0 a\u0085b`],
    ['Checksums-Sha256', `\n ${SHA256} 0 a\u202eb`],
    ['Checksums-Md5', `\n ${MD5} 1 hello_2.10-3_amd64.deb`],
  ])('with the %s %j is refused', (field, value) => {
    expect(() => readWith({ [field]: value })).toThrow(
      refusal('BUILDINFO_FIELD_INVALID', 'The field '),
    )
  })

  test('says in a sentence what is wrong with a field', () => {
    expect(() => readWith({ Version: '../x' })).toThrow(
      'The field Version must be a package version, not "../x".',
    )
  })
})
