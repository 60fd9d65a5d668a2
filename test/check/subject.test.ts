import { appendFileSync, closeSync, openSync, statSync, utimesSync, writeSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readSubject } from '../../src/check/subject.ts'
import { HELLO } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const CONTROL = 'Package: Tool\nVersion: 1:2.0-1\nArchitecture: all\nDescription: x\n'

async function written(bytes: Uint8Array, name = 'file'): Promise<string> {
  const path = join(await temporaryDirectory(), name)
  await writeFile(path, bytes)
  return path
}

interface Entry {
  readonly name: string
  readonly type?: 'symlink'
  readonly linkname?: string
  readonly pax?: Record<string, string>
}

async function tarOf(
  ...[name, text, ...others]: readonly [string, string, ...Entry[]]
): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: './', type: 'directory' })
  tar.entry({ name: './md5sums' }, 'x')
  tar.entry({ name }, text)
  for (const other of others)
    if (other.type === 'symlink') tar.entry(other)
    else tar.entry(other, text)
  tar.finalize()
  const pieces: Buffer[] = []
  for await (const piece of tar) if (piece instanceof Uint8Array) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

function ar(members: Readonly<Record<string, Buffer>>): Buffer {
  const parts = Object.entries(members).flatMap(([name, bytes]) => [
    Buffer.from(
      `${name.padEnd(16)}0           0     0     100644  ${String(bytes.length).padEnd(10)}\`\n`,
    ),
    bytes,
    Buffer.alloc(bytes.length % 2, '\n'),
  ])
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts])
}

/** One block that is not compressed (RFC 8878 §3.1.1): nothing here can make another. */
function zstdOf(bytes: Buffer): Buffer {
  const header = Buffer.alloc(9)
  header.writeUInt32LE(0xfd2fb528, 0)
  header.writeUInt8(0xa0, 4)
  header.writeUInt32LE(bytes.length, 5)
  const block = Buffer.alloc(4)
  block.writeUInt32LE((bytes.length << 3) | 1)
  return Buffer.concat([header, block.subarray(0, 3), bytes])
}

/** So many times 128 kB of one octet, in blocks of four octets (RFC 8878 §3.1.1.2.2). */
function zeros(blocks: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])
  const all = Array.from({ length: blocks }, (_, at) => {
    const block = Buffer.alloc(4)
    block.writeUInt32LE(((128 * 1024) << 3) | 2 | (at === blocks - 1 ? 1 : 0))
    return block
  })
  return Buffer.concat([header, ...all])
}

const VERSION = Buffer.from('2.0\n')
const deb = async (extension: string, pressed: (tar: Buffer) => Buffer): Promise<string> =>
  written(
    ar({
      'debian-binary': VERSION,
      [`control.tar${extension}`]: pressed(await tarOf('./control', CONTROL)),
      'data.tar.xz': Buffer.from('x'),
    }),
    'renamed.bin',
  )

describe('a Debian package is called what its control file says,', () => {
  test('packed by dpkg', async () => {
    expect(await readSubject(`${HELLO}/alice/hello_2.10-3_amd64.deb`)).toMatchObject({
      name: 'hello_2.10-3_amd64',
      names: ['.deb', '.udeb', '.ddeb'].map((suffix) => ({ name: `hello_2.10-3_amd64${suffix}` })),
      size: 53_076,
      checksums: {
        sha256: '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164',
      },
    })
  })

  test.each<[string, string, (tar: Buffer) => Buffer]>([
    ['not packed', '', (tar) => tar],
    ['by gzip', '.gz', gzipSync],
    ['by zstd', '.zst', zstdOf],
  ])('%s', async (_, extension, pressed) => {
    const { name, names } = await readSubject(await deb(extension, pressed))
    expect(name).toBe('tool_1:2.0-1_all')
    expect(names[0]).toEqual({ name: 'tool_2.0-1_all.deb' })
  })
})

test.each<[string, () => Promise<string>, string]>([
  [
    'a package without a control file',
    async () =>
      written(ar({ 'debian-binary': VERSION, 'control.tar': await tarOf('./other', CONTROL) })),
    'there is no control file',
  ],
  [
    'a package without a version',
    async () =>
      written(
        ar({ 'debian-binary': VERSION, 'control.tar': await tarOf('control', 'Package: a\n') }),
      ),
    'has no Version',
  ],
  [
    'a package with two control files',
    async () =>
      written(
        ar({
          'debian-binary': VERSION,
          'control.tar': await tarOf('./control', CONTROL, { name: 'control' }),
        }),
      ),
    'two control files',
  ],
  ...[
    { name: 'x/../control' },
    { name: 'x', type: 'symlink', linkname: '.' } as const,
    { name: 'x', pax: { 'GNU.sparse.name': './control' } },
  ].map((other): [string, () => Promise<string>, string] => [
    `a package that holds ${JSON.stringify(other)}`,
    async () =>
      written(
        ar({ 'debian-binary': VERSION, 'control.tar': await tarOf('./control', CONTROL, other) }),
      ),
    'more than plain files',
  ]),
  ...['Homepage: x\rPackage: my-own', 'Package: my-own', '\nPackage: my-own'].map(
    (line): [string, () => Promise<string>, string] => [
      `a package whose control file has ${JSON.stringify(line)} too`,
      async () => {
        const text = `${CONTROL}${line}\n`
        return written(
          ar({ 'debian-binary': VERSION, 'control.tar': await tarOf('./control', text) }),
        )
      },
      'in no good form',
    ],
  ),
  [
    'what is only called a package',
    async () => written(Buffer.from('x'), 'hello_2.10-3_amd64.deb'),
    'is called a Debian package, and is none',
  ],
  [
    'a package that unpacks to gigabytes',
    async () => written(ar({ 'debian-binary': VERSION, 'control.tar.zst': zeros(16_384) })),
    'more than 64 MiB',
  ],
  [
    'a package that ends early',
    async () => written(ar({ 'debian-binary': VERSION })),
    'no control archive',
  ],
  [
    'a package that is damaged',
    async () =>
      written(ar({ 'debian-binary': VERSION, 'control.tar.xz': Buffer.from('no xz at all') })),
    'damaged',
  ],
  [
    'a compression that nobody knows',
    async () => written(ar({ 'debian-binary': VERSION, 'control.tar.br': Buffer.from('x') })),
    'not known (.br)',
  ],
])('%s is refused with a sentence', async (_, file, sentence) => {
  const refusal: unknown = await readSubject(await file()).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'FILE_INVALID' })
  expect(String(refusal)).toContain(sentence)
})

test('an archive that is no Debian package, and any other file, is called as the user says, else by its base name', async () => {
  const library = await written(ar({ 'a.o': Buffer.from('x') }), 'liba.a')
  expect((await readSubject(library)).name).toBe('liba.a')
  const jar = await written(Buffer.from('PK'), 'whatever.jar')
  expect((await readSubject(jar, 'org.example:tool:1.0')).names).toEqual([
    { name: 'tool-1.0.jar', group: 'org.example' },
  ])
  expect((await readSubject(await written(new Uint8Array(), 'empty'))).size).toBe(0)
})

test('that a file was written to meanwhile is seen, though its time is put back', async () => {
  const path = await written(Buffer.alloc(64 * 1024 * 1024))
  const { mtime } = statSync(path)
  const writing = setInterval(() => {
    const file = openSync(path, 'r+')
    writeSync(file, 'x')
    closeSync(file)
    utimesSync(path, mtime, mtime)
  }, 0)
  onTestFinished(() => clearInterval(writing))
  await expect(readSubject(path)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
})

test('a file that somebody writes to meanwhile is not judged', async () => {
  const path = await written(Buffer.alloc(32 * 1024 * 1024))
  const writing = setInterval(() => appendFileSync(path, 'x'), 0)
  onTestFinished(() => clearInterval(writing))
  const refusal: unknown = await readSubject(path).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'FILE_CHANGED' })
  expect(String(refusal)).toContain('changed while it was read')
})

test('a Debian package cannot be called something else', async () => {
  const refusal: unknown = await readSubject(await deb('', (tar) => tar), 'x').catch(
    (error: unknown) => error,
  )
  expect(String(refusal)).toContain('says itself what it is')
})

test('a folder is no file', async () => {
  await expect(readSubject(await temporaryDirectory())).rejects.toThrow()
})
