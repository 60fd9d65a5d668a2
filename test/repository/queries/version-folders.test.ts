import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DialectName } from '../../../src/certification/dialects/dialect.ts'
import { openIndexes, withNothingHidden } from '../../../src/indexes/database.ts'
import { fileKey } from '../../../src/indexes/certification-keys.ts'
import { encodePathRow, type PathKind } from '../../../src/indexes/paths.ts'
import {
  type Children,
  childrenIn,
  pageIn,
} from '../../../src/repository/queries/version-folders.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const ID = 'ab'.repeat(32)

interface File {
  readonly directory: readonly string[]
  readonly kind?: PathKind
}

/** The folder `path` of an index that has one file in each of these directories. */
async function folderOf(dialect: DialectName, path: readonly string[], files: readonly File[]) {
  const indexes = withNothingHidden(await openIndexes(join(await temporaryDirectory(), 'indexes')))
  onTestFinished(() => indexes.close())
  await indexes.level.batch(
    files.map(({ directory, kind = 'header' }) => ({
      type: 'put' as const,
      key: fileKey(directory, 'x.buildinfo', ID),
      value: encodePathRow({ id: ID, kind, hasDate: false }),
    })),
  )
  const browse = { indexes, collections: new Map(), served: async () => undefined }
  const folder = { collection: { name: path[0] ?? '', dialect, admit: 'any' as const }, path }
  return { browse, folder, children: await childrenIn(browse, folder) }
}

const namesOf = ({ sorted }: Children) => sorted?.map(({ name }) => name)

const many = (count: number): readonly File[] =>
  Array.from({ length: count }, (_, at) => ({ directory: ['debian', 'hello', `1.${at}`, 'all'] }))

describe('a folder of more than 5,000 names', () => {
  it('keeps the order of the index, page by page, and every version is there once', async () => {
    const { browse, folder, children } = await folderOf('debian', ['debian', 'hello'], many(5001))
    expect(children.sorted).toBeUndefined()
    const met: string[] = []
    let after: string | undefined
    do {
      const page = await pageIn(browse, folder, { children, page: { after, limit: 1000 } })
      expect(page.versions.size).toBe(page.items.length)
      met.push(...page.items.map(({ name }) => name))
      after = page.next
    } while (after !== undefined)
    expect(met).toEqual(
      many(5001)
        .map(({ directory }) => directory[2] ?? '')
        .toSorted(),
    )
  })

  it('is sorted if it has one less', async () => {
    const { children } = await folderOf('debian', ['debian', 'hello'], many(5000))
    expect(namesOf(children)?.slice(0, 2)).toEqual(['1.4999', '1.4998'])
  })
})

describe('a folder of Maven', () => {
  const path = ['maven', 'org', 'tool']

  it('has for versions what holds a certification by its own word, or one without a version that was put there', async () => {
    const { children } = await folderOf('jvm', path, [
      { directory: [...path, '1.9'] },
      { directory: [...path, '1.10'], kind: 'module' },
      { directory: [...path, '1.11'], kind: 'placing' },
      { directory: [...path, '2.0'], kind: 'alias' },
      { directory: [...path, '3.0', '1'] },
    ])
    expect(namesOf(children)).toEqual(['1.11', '1.10', '1.9', '2.0', '3.0'])
    expect([...children.versions].map(({ name }) => name).toSorted()).toEqual([
      '1.10',
      '1.11',
      '1.9',
    ])
  })

  it('is not sorted if looking into all of its folders would cost too much', async () => {
    const deep = Array.from({ length: 1000 }, (_, at) =>
      Array.from({ length: 16 }, (__, below) => ({
        directory: [...path, `g${at}`, `a${below}`, '1'],
      })),
    ).flat()
    const { children } = await folderOf('jvm', path, deep)
    expect(children.sorted).toBeUndefined()
  })

  it.each([[['maven']], [['maven', 'org']]])(
    'that can be no artifact holds no versions: %s',
    async (above) => {
      const { children } = await folderOf('jvm', above, [{ directory: [...above, '1.0'] }])
      expect(children.versions.size).toBe(0)
    },
  )
})
