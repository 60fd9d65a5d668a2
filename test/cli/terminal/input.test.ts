import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AdmissionError, ConfigError } from '../../../src/base/errors.ts'
import type { CommandContext } from '../../../src/cli/terminal/command.ts'
import { checkReadable, namingFile, readInput, STDIN } from '../../../src/cli/terminal/input.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** A terminal at whose input stands that. */
const contextOf = (input: string): CommandContext => ({
  version: '1',
  out: { terminal: false, write: () => undefined },
  err: { terminal: false, write: () => undefined },
  readStdin: async (maxBytes) => Buffer.from(input).subarray(0, maxBytes + 1),
  configure: () => Promise.reject(new Error('not configured')),
  interrupted: () => new AbortController().signal,
})

const saying = (words: string): unknown => expect.stringContaining(words)

async function fileOf(text: string): Promise<string> {
  const file = join(await temporaryDirectory(), 'a.buildinfo')
  await writeFile(file, text)
  return file
}

describe('a file, and what stands at the input,', () => {
  test('is read up to the bytes that a node takes', async () => {
    for (const [name, text] of [
      [await fileOf('four'), ''],
      [STDIN, 'four'],
    ] as const) {
      const context = contextOf(text)
      expect(Buffer.from(await readInput(name, 4, context)).toString()).toBe('four')
      await expect(readInput(name, 3, context)).rejects.toMatchObject({
        code: 'TOO_LARGE',
        message: 'it is larger than the 3 bytes that a node takes',
      })
    }
  })

  test('that never ends is read no further', async () => {
    await expect(readInput('/dev/zero', 1_000, contextOf(''))).rejects.toMatchObject({
      code: 'TOO_LARGE',
    })
  })

  test('that is not there is named', async () => {
    const file = join(await temporaryDirectory(), 'absent')
    await expect(readInput(file, 4, contextOf(''))).rejects.toMatchObject({
      code: 'USAGE',
      message: saying(`${file} cannot be read`),
    })
  })
})

test('all files are looked at before the first is sent', async () => {
  const file = await fileOf('four')
  const folder = join(file, '..', 'folder')
  await mkdir(folder)
  await checkReadable([STDIN, file])
  await expect(checkReadable([file, folder])).rejects.toThrow(
    `${folder} is a folder: name files in it; nothing was sent`,
  )
  await expect(checkReadable([`${file}x`])).rejects.toThrow('cannot be read; nothing was sent')
})

test('of several files the one that is refused is named, and only once', async () => {
  const refused = namingFile('a', () =>
    Promise.reject(new AdmissionError('TOO_LARGE', 'it is large')),
  )
  await expect(refused).rejects.toMatchObject({ code: 'TOO_LARGE', message: 'a: it is large' })
  const named = namingFile('a', () => Promise.reject(new ConfigError('USAGE', 'a is absent')))
  await expect(named).rejects.toThrow(/^a is absent$/)
})
