import { describe, expect, test } from 'vitest'
import { jvm } from '../../../src/certification/dialects/jvm.ts'
import { dataFiles, dataText, signedText } from '../../support/signed-text.ts'

const SHA512 = 'ab'.repeat(64)

/** A smallest buildinfo of sbt; a property that is `undefined` is left out. */
function buildinfo(change: Readonly<Record<string, string | undefined>>): string {
  const properties = {
    'buildinfo.version': '0.1-SNAPSHOT',
    'group-id': 'org.example',
    'artifact-id': 'tool_2.13',
    version: '1.2+5-abc123',
    date: '1638102183000',
    'outputs.0.filename': 'tool_2.13-1.2+5-abc123.jar',
    'outputs.0.length': '7',
    'outputs.0.checksums.sha512': SHA512,
    ...change,
  }
  return Object.entries(properties)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
    .join('\n')
}

const readWith = (change: Readonly<Record<string, string | undefined>>) =>
  jvm.read(buildinfo(change))
const sample = (name: string) => jvm.read(dataText(`jvm/sample/${name}.buildinfo`))

/** The properties of one output. */
function output(place: string, more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    [`outputs.${place}.filename`]: `${place}.jar`,
    [`outputs.${place}.length`]: '1',
    [`outputs.${place}.checksums.sha512`]: SHA512,
    ...more,
  }
}

function refusal(code: string, text: string): unknown {
  const message: unknown = expect.stringContaining(text)
  return expect.objectContaining({ code, message })
}

describe('a real JVM buildinfo', () => {
  const files = [...dataFiles('jvm/sample'), ...dataFiles('jvm/signed')]

  test.each(files)('%s reads', (path) => {
    const { sources, artifacts, dialect } = jvm.read(dataText(path))
    expect(dialect).toBe('jvm')
    expect(sources[0]).toMatchObject({ ecosystem: 'maven' })
    expect(artifacts.length).toBeGreaterThan(0)
    for (const { group, checksums } of artifacts) {
      expect(group).toMatch(/^[\w.-]+$/)
      expect(checksums).toHaveLength(1)
    }
  })

  test('of sbt has a date', () => {
    const read = sample('stamina-core_2.12-0.1.6')
    expect(read.sources).toEqual([
      {
        ecosystem: 'maven',
        group: 'com.scalapenos',
        artifact: 'stamina-core_2.12',
        version: '0.1.6',
      },
    ])
    expect(read).toMatchObject({
      stem: 'stamina-core_2.12-0.1.6',
      hasDate: true,
      builtAt: 1638102183000,
    })
    expect(read.artifacts).toMatchObject([
      { name: 'stamina-core_2.12-0.1.6.pom', group: 'com.scalapenos', size: 2295 },
      { name: 'stamina-core_2.12-0.1.6.jar', group: 'com.scalapenos', size: 134394 },
    ])
  })

  test('that is clearsigned says the same as the one with a detached signature', () => {
    const name = 'jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6'
    expect(jvm.read(signedText(`${name}.alice.clearsigned`))).toEqual(
      jvm.read(dataText(`${name}.buildinfo`)),
    )
  })

  test('of Maven for one module has groups and no date', () => {
    const read = sample('jackson-databind-2.14.3')
    expect(read.stem).toBe('jackson-databind-2.14.3')
    expect(read.hasDate).toBe(false)
    expect(read.artifacts.map(({ name, group }) => [group, name])).toEqual([
      ['com.fasterxml.jackson.core', 'jackson-databind-2.14.3.pom'],
      ['com.fasterxml.jackson.core', 'jackson-databind-2.14.3.jar'],
      ['com.fasterxml.jackson.core', 'jackson-databind-2.14.3-sources.jar'],
      ['com.fasterxml.jackson.core', 'jackson-databind-2.14.3.module'],
    ])
  })

  test('of an aggregate names its header first and each module once', () => {
    const { sources, artifacts } = sample('airbase-157')
    expect(sources).toEqual(
      ['airbase-root', 'airbase-policy', 'airbase'].map((artifact) => ({
        ecosystem: 'maven',
        group: 'io.airlift',
        artifact,
        version: '157',
      })),
    )
    expect(artifacts).toHaveLength(4)
  })

  test('of quarkus has 2,488 outputs', () => {
    const { sources, artifacts } = sample('quarkus-project-3.39.0.CR1')
    expect(artifacts).toHaveLength(2488)
    expect(new Set(sources.map((source) => JSON.stringify(source))).size).toBe(sources.length)
    expect(sources[0]).toMatchObject({ artifact: 'quarkus-project', version: '3.39.0.CR1' })
    expect(sources.length).toBeGreaterThan(1000)
  })

  test('of gradle has no version', () => {
    const { sources, artifacts, stem } = sample('jarviz-core-0.3.0')
    expect(sources.map((source) => source.ecosystem === 'maven' && source.artifact)).toEqual([
      'jarviz-core',
      'jarviz-cli',
      'jarviz-tool-provider',
    ])
    for (const source of sources) expect(source).not.toHaveProperty('version')
    expect(stem).toBe('jarviz-core')
    expect(artifacts[0]).toMatchObject({ name: 'jarviz-cli-0.3.0-sources.jar', size: 31745 })
  })

  test('with a path behind its checksum gives the checksum alone', () => {
    const path = 'jvm/sample/mockito-core-4.6.1.buildinfo'
    expect(dataText(path)).toContain(' repository/org/mockito/mockito-android/')
    for (const { name, checksums } of jvm.read(dataText(path)).artifacts) {
      expect(name).not.toContain('/')
      expect(checksums[0]?.hex).toMatch(/^[0-9a-f]{128}$/)
    }
  })
})

describe('a JVM buildinfo', () => {
  test('may have CRLF line ends, comments, and values with = and backslashes', () => {
    const text = `# a comment\r\n${buildinfo({ 'line.separator': '\\n', x: 'a=b' }).replaceAll('\n', '\r\n')}`
    expect(jvm.read(text)).toMatchObject({ stem: 'tool_2.13-1.2+5-abc123' })
  })

  test('of gradle is split by its name when group-id and artifact-id are missing', () => {
    const { sources } = readWith({
      'group-id': undefined,
      'artifact-id': undefined,
      name: 'org.example:tool',
      version: undefined,
      'buildinfo.version': undefined,
    })
    expect(sources).toEqual([{ ecosystem: 'maven', group: 'org.example', artifact: 'tool' }])
  })

  test('keeps every output when a file name repeats', () => {
    const { artifacts } = readWith({
      'outputs.1.filename': 'tool_2.13-1.2+5-abc123.jar',
      'outputs.1.length': '8',
      'outputs.1.checksums.sha512': SHA512.toUpperCase(),
    })
    expect(artifacts.map(({ size }) => size)).toEqual([7, 8])
    expect(artifacts[1]?.checksums).toEqual([{ algorithm: 'sha512', hex: SHA512 }])
  })

  test("gives an output its own group, else its module's, else its header's", () => {
    const { artifacts, sources } = readWith({
      ...output('1.0', { 'outputs.1.0.groupId': 'org.own' }),
      ...output('1.1', {}),
      'outputs.1.coordinates': 'org.module:part',
    })
    expect(artifacts.map(({ group }) => group)).toEqual(['org.example', 'org.own', 'org.module'])
    expect(sources[1]).toEqual({
      ecosystem: 'maven',
      group: 'org.module',
      artifact: 'part',
      version: '1.2+5-abc123',
    })
  })

  test.each([
    ['no date', { date: undefined }],
    ['a date in words', { date: 'Thu, 08 Aug 2019' }],
    ['a date with a fraction', { date: '1638102183000.5' }],
    ['a length that is no Int', { 'outputs.0.length': '2147483648' }],
    ['a path behind a checksum', { 'outputs.0.checksums.sha512': `${SHA512}  a/b.jar` }],
    ['an escape that java.util.Properties throws at', { note: '\\uzzzz' }],
    ['an output that is none', { 'outputs.1.note': 'x' }],
    ['modules', { 'outputs.1.coordinates': 'org.example:part' }],
  ])("is not for sbt's check with %s", (_, change) => {
    expect(readWith({}).hasDate).toBe(true)
    expect(readWith(change).hasDate).toBe(false)
  })

  test.each([
    ['a key twice', 'a=1\na=2', /Line 2 .* "a" a second time/],
    ['a NUL', 'a=1\nb=\0', /Line 2 .* control character/],
    ['a lone carriage return', 'a=1\rb=2', /control character/],
    ['a line without =', 'a', /no "key=value" line/],
    ['a key that Java would end earlier', 'a:b=1', /no "key=value" line/],
    ['a byte order mark', '\ufeffa=1', /no "key=value" line/],
    ['a line of 10,000 characters', `a=${'x'.repeat(10_000)}`, /more than 8192 characters/],
  ])('with %s is refused', (_, text, message) => {
    expect(() => jvm.read(text)).toThrow(message)
    expect(() => jvm.read(text)).toThrow(refusal('BUILDINFO_SYNTAX', 'Line '))
  })

  test.each([
    'group-id',
    'artifact-id',
    'outputs.0.filename',
    'outputs.0.length',
    'outputs.0.checksums.sha512',
  ])('without %s is refused', (key) => {
    expect(() => readWith({ [key]: undefined })).toThrow(refusal('BUILDINFO_FIELD_MISSING', key))
  })

  test('without any output is refused', () => {
    expect(() => jvm.read('group-id=a\nartifact-id=b\nversion=1')).toThrow(
      refusal('BUILDINFO_FIELD_MISSING', 'certifies nothing'),
    )
  })

  test.each([
    ['buildinfo.version', '2.0'],
    ['group-id', '..'],
    ['group-id', 'org..example'],
    ['group-id', '.org'],
    ['group-id', 'org/example'],
    ['group-id', 'org.example.'],
    ['group-id', 'a.'.repeat(40) + 'a'],
    ['artifact-id', '..'],
    ['artifact-id', '.tool'],
    ['artifact-id', 'to/ol'],
    ['artifact-id', 'to\\ol'],
    ['artifact-id', 'to ol'],
    ['artifact-id', 'to:ol'],
    ['artifact-id', 'tööl'],
    ['artifact-id', 'x'.repeat(101)],
    ['version', '../1'],
    ['version', '${revision}'],
    ['outputs.0.filename', '../a.jar'],
    ['outputs.0.filename', '..'],
    ['outputs.0.filename', ''],
    ['outputs.0.filename', 'a\\b'],
    ['outputs.0.filename', 'x'.repeat(256)],
    ['outputs.0.filename', 'a\u202eraj.exe'],
    ['outputs.0.length', '-1'],
    ['outputs.0.length', '1.5'],
    ['outputs.0.length', '9007199254740993'],
    ['outputs.0.checksums.sha512', 'ab'],
    ['outputs.0.checksums.sha512', `${SHA512}ab`],
    ['outputs.0.checksums.sha512', 'zz'.repeat(64)],
    ['outputs.0.groupId', 'a/b'],
    ['outputs.1.coordinates', 'org.example'],
    ['outputs.1.coordinates', 'org.example:a:1'],
    ['outputs.1.coordinates', '../x:a'],
  ])('with %s=%s is refused', (key, value) => {
    expect(() => readWith({ [key]: value })).toThrow(refusal('BUILDINFO_FIELD_INVALID', key))
  })

  test('with more than 100,000 outputs is refused', () => {
    const many = Array.from({ length: 100_001 }, (_, n) => `outputs.${n}.length=1`)
    expect(() => jvm.read(`group-id=a\nartifact-id=b\n${many.join('\n')}`)).toThrow(
      refusal('BUILDINFO_FIELD_INVALID', 'more than 100000 outputs'),
    )
  })
})
