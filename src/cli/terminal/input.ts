import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { AdmissionError, ConfigError, CountersignError, MalformedError } from '../../base/errors.ts'
import { systemReason } from '../../base/system-reason.ts'
import type { CommandContext } from './command.ts'

/** Name of stdin among files. */
export const STDIN = '-'

/** @throws ConfigError USAGE naming the first file that cannot be read, before anything is sent */
export async function checkReadable(files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (file === STDIN) continue
    if (await isFolder(file))
      throw new ConfigError('USAGE', `${file} is a folder: name files in it; nothing was sent`)
    if (!(await isReadable(file)))
      throw new ConfigError('USAGE', `${file} cannot be read; nothing was sent`)
  }
}

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

export async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  )
}

/**
 * A whole file, or stdin.
 * @throws AdmissionError TOO_LARGE above `maxBytes`; ConfigError USAGE if it cannot be read
 */
export async function readInput(
  file: string,
  maxBytes: number,
  context: CommandContext,
): Promise<Uint8Array> {
  const bytes = file === STDIN ? await context.readStdin(maxBytes) : await readFile(file, maxBytes)
  if (bytes.byteLength > maxBytes)
    throw new AdmissionError(
      'TOO_LARGE',
      `it is larger than the ${maxBytes} bytes that a node takes`,
    )
  return bytes
}

/** Whoever has several files must be told which one is not what it should be. */
export async function namingFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const isUnnamed = error instanceof MalformedError || error instanceof AdmissionError
    if (!isUnnamed) throw error
    throw new CountersignError(error.code, `${file}: ${error.message}`, { cause: error })
  }
}

async function readFile(file: string, maxBytes: number): Promise<Uint8Array> {
  try {
    await using handle = await open(file)
    const buffer = new Uint8Array(maxBytes + 1)
    let size = 0
    while (size < buffer.length) {
      const { bytesRead } = await handle.read(buffer, size, buffer.length - size)
      if (bytesRead === 0) break
      size += bytesRead
    }
    return buffer.slice(0, size)
  } catch (error) {
    throw new ConfigError('USAGE', `${file} cannot be read: ${systemReason(error)}`, {
      cause: error,
    })
  }
}
