/* What a Debian package says of itself: deb(5) is an ar archive with a compressed tar archive in which `control` stands. */
import type { FileHandle } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type * as Xz from 'xz-decompress'
import { folded, type Paragraph, readParagraph } from '../certification/dialects/deb822.ts'
import { MalformedError } from '../base/errors.ts'

export interface DebName {
  readonly package: string
  /** As the field says, with its epoch. */
  readonly version: string
  readonly architecture: string
}

const MAGIC = '!<arch>\n'
const HEADER = 60
/** The largest control archive in Debian 12 has 4 MB; its control file is below 100 kB everywhere. */
const MAX_ARCHIVE = 32 * 1024 * 1024
const MAX_UNPACKED = 64 * 1024 * 1024
const MAX_CONTROL = 1024 * 1024
const ZST_PIECE = 512

/**
 * @returns `undefined` if it is no Debian package
 * @throws MalformedError FILE_INVALID if it says that it is one and cannot be read
 */
export async function readDebName(file: FileHandle): Promise<DebName | undefined> {
  if ((await read(file, 0, MAGIC.length)).toString('latin1') !== MAGIC) return undefined
  let at = MAGIC.length
  for (let member = 0; member < 4; member += 1) {
    const header = (await read(file, at, HEADER)).toString('latin1')
    if (header.length < HEADER) break
    const name = header.slice(0, 16).trim().replace(/\/$/, '')
    const size = Number(header.slice(48, 58).trim())
    if (!header.endsWith('`\n') || !Number.isSafeInteger(size) || size < 0) break
    if (member === 0 && name !== 'debian-binary') return undefined
    const start = at + HEADER
    if (name.startsWith('control.tar')) {
      if (size > MAX_ARCHIVE) throw broken('its control archive is larger than 32 MiB')
      return nameIn(
        await controlIn(await read(file, start, size), name.slice('control.tar'.length)),
      )
    }
    at = start + size + (size % 2)
  }
  throw broken('it has no control archive')
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

async function controlIn(archive: Buffer, extension: string): Promise<string> {
  const { default: tarStream } = await import('tar-stream')
  const tar = tarStream.extract()
  const feeding = pipeline(Readable.from(bounded(unpack(archive, extension))), tar)
  // who reads the entries meets the error
  feeding.catch(() => undefined)
  let control: string | undefined
  try {
    for await (const entry of tar) {
      const { name, type, size, pax } = entry.header
      if (!isPlain(name, type) || Object.keys(pax ?? {}).some((key) => !PAX.includes(key)))
        throw broken('its control archive holds more than plain files beside each other')
      if (name.replace(/^\.\//, '') !== 'control') {
        entry.resume()
        continue
      }
      // dpkg takes the last one
      if (control !== undefined) throw broken('it has two control files')
      if (size > MAX_CONTROL) throw broken('its control file is none')
      control = await textOf(entry)
    }
  } catch (cause) {
    if (cause instanceof MalformedError) throw cause
    throw broken('its control archive is damaged', cause)
  } finally {
    tar.destroy()
  }
  if (control === undefined) throw broken('there is no control file in it')
  return control
}

/** What every real package has. Links, folders, sparse files and the like could put another control file in its place. */
const isPlain = (name: string, type: string | null | undefined): boolean =>
  type === 'directory' ? /^\.?\/?$/.test(name) : type === 'file' && /^(?:\.\/)?[\w.+-]+$/.test(name)
/** What a tar header may say in the form of POSIX.1-2001 without giving an entry another meaning. */
const PAX: readonly string[] = ['path', 'size', 'mtime', 'atime', 'ctime']

async function textOf(entry: AsyncIterable<unknown>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of entry) if (piece instanceof Uint8Array) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function* bounded(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let total = 0
  for await (const piece of pieces) {
    total += piece.length
    if (total > MAX_UNPACKED) throw broken('its control archive unpacks to more than 64 MiB')
    yield piece
  }
}

function unpack(archive: Buffer, extension: string): AsyncIterable<Buffer> {
  if (extension === '') return Readable.from([archive])
  if (extension === '.gz') return Readable.from([archive]).pipe(createGunzip())
  if (extension === '.xz') return unpackXz(archive)
  if (extension === '.zst') return unpackZst(archive)
  throw broken(`its control archive is compressed in a way that is not known (${extension})`)
}

async function* unpackXz(archive: Buffer): AsyncGenerator<Buffer> {
  // CommonJS whose names Node does not find
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- by its own types
  const { XzReadableStream } = createRequire(import.meta.url)('xz-decompress') as typeof Xz
  const stream = new XzReadableStream(new Blob([new Uint8Array(archive)]).stream())
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield Buffer.from(value)
  }
}

/** Four bytes can unpack to 128 kB: in pieces so small that what unpacks to too much is found out in time. */
async function* unpackZst(archive: Buffer): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd')
  const ready: Buffer[] = []
  const stream = new Decompress((piece) => ready.push(Buffer.from(piece)))
  for (let at = 0; at < archive.length; at += ZST_PIECE) {
    stream.push(archive.subarray(at, at + ZST_PIECE), at + ZST_PIECE >= archive.length)
    yield* ready.splice(0)
  }
}

function nameIn(control: string): DebName {
  const paragraph = paragraphIn(control)
  const field = (name: string): string => {
    const value = folded(paragraph, name) ?? ''
    if (!/^[!-~]{1,200}$/.test(value)) throw broken(`its control file has no ${name}`)
    return value
  }
  return {
    // as dpkg reads it
    package: field('Package').toLowerCase(),
    version: field('Version'),
    architecture: field('Architecture'),
  }
}

function paragraphIn(control: string): Paragraph {
  try {
    return readParagraph(control)
  } catch (cause) {
    throw broken('its control file is in no good form', cause)
  }
}

function broken(reason: string, cause?: unknown): MalformedError {
  return new MalformedError('FILE_INVALID', `This Debian package cannot be read: ${reason}.`, {
    cause,
  })
}
