import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cacheNameOf } from '../../src/check/cache-name.ts'
import { readSubject } from '../../src/check/subject.ts'
import { fileNamesOf } from '../../src/certification/artifact-name.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { pomProperties, zipOf } from '../support/zip.ts'

const M2 = '/home/u/.m2/repository'

describe('in a cache a file is what its folders say:', () => {
  test.each([
    [`${M2}/org/example/tool/1.0/tool-1.0.jar`, 'org.example:tool:1.0'],
    [`${M2}/junit/junit/4.13.2/junit-4.13.2.jar`, 'junit:junit:4.13.2'],
    [`${M2}/org/example/tool/1.0/tool-1.0-sources.jar`, 'org.example:tool:1.0:sources'],
    [`${M2}/org/example/tool/1.0/tool-1.0.pom`, 'org.example:tool:1.0@pom'],
    [`${M2}/org/example/tool/1.0/tool-1.0-bin.tar.gz`, 'org.example:tool:1.0:bin.tar@gz'],
    [`${M2}/org/example/tool/1-SNAPSHOT/tool-1-SNAPSHOT.jar`, 'org.example:tool:1-SNAPSHOT'],
    [
      `${M2}/org/example/tool/1-SNAPSHOT/tool-1-20260102.030405-6.jar`,
      'org.example:tool:1-20260102.030405-6',
    ],
    [
      '/home/u/.cache/coursier/v1/https/repo1.maven.org/maven2/org/example/tool/1.0/tool-1.0.jar',
      'org.example:tool:1.0',
    ],
    [
      '/root/.gradle/caches/modules-2/files-2.1/org.example/tool/1.0/3a5c/tool-1.0-all.jar',
      'org.example:tool:1.0:all',
    ],
  ])('%s', (path, coordinates) => {
    const found = cacheNameOf(path)
    expect(found?.coordinates).toBe(coordinates)
    expect(found?.names).toEqual(fileNamesOf(coordinates))
  })

  test('where the folders leave open where the group begins, every reading counts', () => {
    const { coordinates, names } = cacheNameOf('/v1.2/repo/org/example/tool/1.0/tool-1.0.jar') ?? {}
    expect(coordinates).toBeUndefined()
    expect(names).toEqual([
      { name: 'tool-1.0.jar' },
      { name: 'tool-1.0.jar', group: 'example' },
      { name: 'tool-1.0.jar', group: 'org.example' },
      { name: 'tool-1.0.jar', group: 'repo.org.example' },
    ])
  })

  test('a module in Gradle may name its file as it likes', () => {
    const path = '/g/caches/modules-2/files-2.1/org.example/tool-jvm/1.0/3a5c/tool.jar'
    expect(cacheNameOf(path)).toEqual({
      coordinates: undefined,
      names: [{ name: 'tool.jar', group: 'org.example' }],
    })
  })

  test.each([
    `${M2}/org/example/tool/1.0/other-1.0.jar`,
    `${M2}/tool/1.0/tool-1.0.jar`,
    `${M2}/org/example/tool/1.0/tool-1.0`,
    '/tool-1.0.jar',
    '/home/u/lib/tool-1.0.jar',
    '/g/caches/modules-2/files-2.1/org.example/tool/1.0/xyz/tool-1.0.jar',
  ])('and not in any other folder, as %s', (path) => {
    expect(cacheNameOf(path)).toBeUndefined()
  })
})

async function written(path: string, bytes: Uint8Array): Promise<string> {
  const whole = join(await temporaryDirectory(), path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, bytes)
  return whole
}

const TOOL = pomProperties('org.example', 'tool', '1.0')
const groupsOf = async (base: string, bytes: Uint8Array): Promise<readonly unknown[]> =>
  (await readSubject(await written(base, bytes))).names.map(({ group }) => group)

describe('a jar is also looked for in the group', () => {
  test.each(['tool-1.0.jar', 'tool-1.0-all.jar', 'tool-1.0.war'])(
    'that a pom.properties says which fits %s',
    async (base) => {
      expect(await groupsOf(base, zipOf([{ name: 'a/', text: '' }, TOOL]))).toEqual([
        undefined,
        'org.example',
      ])
    },
  )

  test('of itself, and not of what was packed into it', async () => {
    const shaded = zipOf([
      pomProperties('org.dependency', 'tool', '2.0'),
      pomProperties('org.other', 'lib', '1.0'),
      TOOL,
    ])
    expect(await groupsOf('tool-1.0.jar', shaded)).toEqual([undefined, 'org.example'])
  })

  test('of each that fits, where several do', async () => {
    const twice = zipOf([TOOL, pomProperties('org.twin', 'tool', '1.0')])
    expect(await groupsOf('tool-1.0.jar', twice)).toEqual([undefined, 'org.example', 'org.twin'])
  })

  test.each<[string, string, Uint8Array]>([
    ['of another version', 'tool-1.1.jar', zipOf([TOOL])],
    ['whose name has no version', 'tool.jar', zipOf([TOOL])],
    ['that is no jar', 'tool-1.0.txt', zipOf([TOOL])],
    ['that only begins like one', 'tool-1.0.jar', Buffer.from('PK\u0003\u0004')],
    ['that ends early', 'tool-1.0.jar', zipOf([TOOL]).subarray(0, -30)],
    ['that is empty', 'tool-1.0.jar', Buffer.alloc(0)],
    [
      'of a text that is too long',
      'tool-1.0.jar',
      zipOf([{ ...TOOL, text: `${'#'.repeat(17_000)}\n${TOOL.text}` }]),
    ],
    [
      'of a text that unpacks to more than its list says',
      'tool-1.0.jar',
      zipOf([{ ...TOOL, text: `${TOOL.text}${'#'.repeat(50_000_000)}`, said: 200 }]),
    ],
    ['of a group that is none', 'tool-1.0.jar', zipOf([pomProperties('../x', 'tool', '1.0')])],
    [
      'behind a path that leads out',
      'tool-1.0.jar',
      zipOf([{ name: '../../etc/x', text: '' }, TOOL]),
    ],
  ])('of none, %s', async (_, base, bytes) => {
    expect(await groupsOf(base, bytes)).toEqual([undefined])
  })

  test('of its folders where it is in a cache, whatever it says itself', async () => {
    const jar = zipOf([pomProperties('org.evil', 'tool', '1.0')])
    const path = await written('.m2/repository/org/example/tool/1.0/tool-1.0.jar', jar)
    expect(await readSubject(path)).toMatchObject({
      name: 'org.example:tool:1.0',
      collection: 'maven',
      names: [{ name: 'tool-1.0.jar', group: 'org.example' }],
      isNamedByUser: true,
    })
    expect((await readSubject(path, 'org.user:tool:1.0')).name).toBe('org.user:tool:1.0')
  })

  test('of none where Gradle has changed its bytes', async () => {
    const path = await written('.gradle/caches/jars-9/0a1b/tool-1.0.jar', zipOf([TOOL]))
    expect((await readSubject(path)).names).toEqual([{ name: 'tool-1.0.jar' }])
  })
})

test('of a jar of many entries the list is read in pieces, and to its end', async () => {
  const many = Array.from({ length: 60_000 }, (_, at) => ({ name: `a/${at}.class`, text: '' }))
  expect(await groupsOf('tool-1.0.jar', zipOf([...many, TOOL]))).toEqual([undefined, 'org.example'])
})
