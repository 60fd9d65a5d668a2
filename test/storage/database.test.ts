import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StorageError } from '../../src/base/errors.ts'
import { openDatabase, type Database, type DatabaseSettings } from '../../src/storage/database.ts'
import { isDamage } from '../../src/base/disk-error.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const change = (key: string, value: string) => ({ key: bytes(key), value: bytes(value) })

const format = (version: number): DatabaseSettings['format'] => ({
  key: bytes('\0format'),
  mark: Uint8Array.of(version),
  versionOf: (mark) => mark.join('.'),
})

const SETTINGS: DatabaseSettings = {
  format: format(3),
  sentence: ({ kind, reason, isOpening }) => `${kind}${isOpening ? ' at once' : ''}: ${reason}`,
}

/** It need not be closed by the test. */
async function opened(path: string, settings: Partial<DatabaseSettings> = {}): Promise<Database> {
  const database = await openDatabase(path, { ...SETTINGS, ...settings })
  onTestFinished(() => database.close())
  return database
}

async function textsOf(database: Database): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const { key, value } of database.rows({ gte: bytes('a'), lt: bytes('z') }))
    texts.push(`${Buffer.from(key).toString()}=${Buffer.from(value).toString()}`)
  return texts
}

const refused = (opening: Promise<Database>): Promise<unknown> =>
  opening.then(
    () => 'it was opened',
    (error: unknown) => error,
  )

const textOf = (error: unknown): string =>
  error instanceof StorageError ? `${error.code}: ${error.message}` : String(error)

describe('a database', () => {
  test('is refused to who opens it a second time, until it is closed', async () => {
    const path = join(await temporaryDirectory(), 'rows')
    const first = await opened(path)
    expect(textOf(await refused(openDatabase(path, SETTINGS)))).toMatch(
      /^DATA_IN_USE: in-use at once: ./,
    )
    await first.write([change('a', 'here')], true)
    await first.close()
    expect(await textsOf(await opened(path))).toEqual(['a=here'])
  })

  test('of a newer program is refused, and left as it was', async () => {
    const path = join(await temporaryDirectory(), 'rows')
    const newer = await opened(path, { format: format(4) })
    await newer.write([change('a', 'of the newer')], true)
    await newer.close()
    for (let time = 0; time < 2; time++)
      await expect(openDatabase(path, SETTINGS)).rejects.toMatchObject({
        code: 'DATA_FORMAT_UNKNOWN',
        message: `${path} has format 4, this version of Countersign knows 3. Use the version that wrote it.`,
      })
    const again = await opened(path, { format: format(4) })
    expect(await textsOf(again)).toEqual(['a=of the newer'])
  })

  test('keeps the mark that it was made with, where that is of the same version', async () => {
    const path = join(await temporaryDirectory(), 'rows')
    const named = (name: string) => ({
      format: { ...format(3), mark: bytes(`3 ${name}`), versionOf: () => '3' },
    })
    await (await opened(path, named('first'))).close()
    expect((await opened(path, named('second'))).mark).toEqual(bytes('3 first'))
  })

  test('writes nothing any more after one write has failed, and can be read', async () => {
    const failures: StorageError[] = []
    const path = join(await temporaryDirectory(), 'rows')
    const database = await opened(path, { onFailure: (error) => failures.push(error) })
    await database.write([change('a', 'before')], true)
    await database.level.close()
    const together = await Promise.allSettled([
      database.write([change('b', 'lost')], true),
      database.write([change('c', 'lost')], false),
    ])
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await database.level.open()
    const [failure] = failures
    expect(textOf(failure)).toMatch(/^DISK: unusable: ./)
    await expect(database.write([change('d', 'late')], false)).rejects.toBe(failure)
    await expect(database.compact()).rejects.toBe(failure)
    expect(failures).toHaveLength(1)
    expect([await textsOf(database), await database.get(bytes('d'))]).toEqual([
      ['a=before'],
      undefined,
    ])
  })

  test('tells of a read that failed, and goes on writing', async () => {
    const failures: StorageError[] = []
    const path = join(await temporaryDirectory(), 'rows')
    const database = await opened(path, { onFailure: (error) => failures.push(error) })
    await database.level.close()
    await expect(database.get(bytes('a'))).rejects.toMatchObject({ code: 'DISK' })
    await expect(textsOf(database)).rejects.toMatchObject({ code: 'DISK' })
    await database.level.open()
    await database.write([change('a', 'after')], true)
    expect([await textsOf(database), failures]).toEqual([['a=after'], []])
  })

  test('has everything in the order in which it was written, though it was closed at once', async () => {
    const path = join(await temporaryDirectory(), 'rows')
    const database = await openDatabase(path, SETTINGS)
    const many = Array.from({ length: 5_000 }, (_, at) => change('b', `${at}`))
    const writes = [
      database.write([change('a', 'first'), change('c', 'goes')], false),
      database.write([change('a', 'second'), { key: bytes('c'), value: undefined }], true),
      database.write(many, false),
    ]
    await database.close()
    await Promise.all(writes)
    expect(await textsOf(await opened(path))).toEqual(['a=second', 'b=4999'])
  })

  test('takes the next write of who was just told that one is done', async () => {
    const database = await opened(join(await temporaryDirectory(), 'rows'))
    for (const value of ['first', 'second', 'third'])
      await database.write([change('a', value)], false)
    expect(await textsOf(database)).toEqual(['a=third'])
  })

  test('of damaged files says so', async () => {
    const path = join(await temporaryDirectory(), 'rows')
    await (await opened(path)).close()
    const manifest = (await readdir(path)).find((name) => name.startsWith('MANIFEST')) ?? ''
    await writeFile(join(path, manifest), 'rubbish'.repeat(100))
    const error = await refused(openDatabase(path, SETTINGS))
    expect(textOf(error)).toMatch(/^DISK: damaged at once: ./)
    expect(isDamage(error)).toBe(true)
  })

  test('where no folder can be made is refused, and is not damaged', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    const error = await refused(openDatabase(join(file, 'rows'), SETTINGS))
    expect(textOf(error)).toMatch(/^DISK: unusable at once: ./)
    expect(isDamage(error)).toBe(false)
  })

  test('opened as a copy keeps nothing of what is written', async () => {
    const [folder, shadow] = [await temporaryDirectory(), await temporaryDirectory()]
    const path = join(folder, 'rows')
    const database = await opened(path)
    const copy = await opened(path, { shadow })
    await copy.write([change('a', 'of the copy')], true)
    expect([await textsOf(copy), await textsOf(database)]).toEqual([['a=of the copy'], []])
  })
})
