import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateRawSync,
  inflateRawSync,
} from 'node:zlib'
import { grouped } from '../../src/base/grouped.ts'
import { makeSigners } from './signer.ts'
import { sized } from './sized.ts'
import { digits } from './statistics.ts'
import { table } from './table.ts'

const DATA = fileURLToPath(new URL('../../test/data', import.meta.url))
/** How often each is written and read to measure time. */
const TURNS = sized(20, 1)
const BLOCK = 64
/** Larger ones are left out: a few would be most of the bytes. */
const LARGEST = 50_000
const DICTIONARY_BYTES = 32_768

interface Codec {
  readonly write: (bytes: Buffer) => Buffer
  readonly read: (bytes: Buffer) => Buffer
}

/** Real documents, signed: of two organisations, from half of the first of which the dictionary comes. */
interface Samples {
  readonly trained: readonly string[]
  readonly same: readonly Buffer[]
  readonly other: readonly Buffer[]
}

/** What each way to compress makes of real samples, each alone and many together, and what it costs. */
export async function compression(): Promise<string> {
  const tables: string[] = []
  for (const [name, samples] of [
    ['Debian', await debianSamples()],
    ['JVM', await jvmSamples()],
  ] as const) {
    const { same, other, trained } = samples
    const dictionary = dictionaryOf(trained)
    const ways: readonly (readonly [string, Codec])[] = [
      ...[3, 4, 5, 9, 11].map((quality) => [`brotli ${quality}`, brotli(quality)] as const),
      ['deflate 6', deflate()],
      ['deflate 6, dictionary', deflate(dictionary)],
    ]
    const rows = ways.map(([way, codec]) => [way, ...measured(codec, same, other)])
    const head = [
      `${name}: smaller by`,
      'alone',
      'alone, other',
      'together',
      'together, other',
      'write, ms',
      'read',
      'together: write',
      'read',
    ]
    tables.push(
      `${same.length} of the organisation of the dictionary (${dictionary.length} bytes, of ${trained.length} others), ${other.length} of others`,
      table(head, rows),
    )
  }
  return ['compression: of real documents; CPU time of each document', ...tables].join('\n')
}

function measured(
  codec: Codec,
  same: readonly Buffer[],
  other: readonly Buffer[],
): readonly string[] {
  const both = [...same, ...other]
  const smaller = (all: readonly Buffer[]): number =>
    sumOf(all) / sumOf(all.map((one) => codec.write(one)))
  const blocks = [...blocksOf(same), ...blocksOf(other)]
  const ratios = [same, other, blocksOf(same), blocksOf(other)].map(smaller)
  const costs = [both, blocks].flatMap((all) => {
    const written = all.map((one) => codec.write(one))
    return [
      milliseconds(() => all.map((one) => codec.write(one))),
      milliseconds(() => written.map((one) => codec.read(one))),
    ].map((time) => time / both.length)
  })
  return [...ratios, ...costs].map(digits)
}

function brotli(quality: number): Codec {
  return {
    write: (bytes) =>
      brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: quality,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
    read: (bytes) => brotliDecompressSync(bytes),
  }
}

function deflate(dictionary?: Buffer): Codec {
  const options = dictionary === undefined ? {} : { dictionary }
  return {
    write: (bytes) => deflateRawSync(bytes, options),
    read: (bytes) => inflateRawSync(bytes, options),
  }
}

/** Lines that the most samples have, the most frequent last, where deflate finds them best. */
function dictionaryOf(samples: readonly string[]): Buffer {
  const lines = samples.flatMap((text) => [...new Set(text.match(/^.{8,}\n/gm))])
  const counts = [...grouped(lines, (line) => line)].map(([line, all]) => ({
    line,
    count: all.length,
  }))
  const chosen: string[] = []
  let bytes = 0
  for (const { line, count } of counts.toSorted((one, two) => two.count - one.count)) {
    // what stands in one sample alone, as checksums do, is of no use to others
    if (count < 2 || bytes + line.length > DICTIONARY_BYTES) break
    chosen.unshift(line)
    bytes += line.length
  }
  return Buffer.from(chosen.join(''))
}

async function debianSamples(): Promise<Samples> {
  const all = textsOf('debian/unsigned').filter(({ text }) => text.startsWith('Format: 1.0'))
  const own = all.filter(({ name }) => name.startsWith('securedrop'))
  return samplesOf(
    own,
    all.filter((one) => !own.includes(one)),
    async (text, at) => signerOf(at).then((signer) => signer.clearsign(text)),
  )
}

async function jvmSamples(): Promise<Samples> {
  const all = textsOf('jvm/sample')
  const own = all.filter(({ name }) => /^(?:mockito|stamina|hibernate)/.test(name))
  return samplesOf(
    own,
    all.filter((one) => !own.includes(one)),
    async (text, at) => {
      const bytes = Buffer.from(text)
      return Buffer.concat([bytes, await (await signerOf(at)).detach(bytes)])
    },
  )
}

interface Text {
  readonly name: string
  readonly text: string
}

function textsOf(folder: string): readonly Text[] {
  return readdirSync(join(DATA, folder))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(DATA, folder, name), 'utf8') }))
    .filter(({ text }) => text.length <= LARGEST)
}

/** Every second one of its own organisation makes the dictionary. */
async function samplesOf(
  own: readonly Text[],
  others: readonly Text[],
  sign: (text: string, at: number) => Promise<Buffer>,
): Promise<Samples> {
  const signed = (texts: readonly Text[]) =>
    Promise.all(texts.map(async ({ text }, at) => sign(text, at)))
  return {
    trained: own.filter((_, at) => at % 2 === 0).map(({ text }) => text),
    same: await signed(own.filter((_, at) => at % 2 === 1)),
    other: await signed(others),
  }
}

async function signerOf(at: number) {
  const signers = await makeSigners()
  const signer = signers[(at * 7) % signers.length]
  if (signer === undefined) throw new Error('no key')
  return signer
}

function blocksOf(all: readonly Buffer[]): readonly Buffer[] {
  return Array.from({ length: Math.ceil(all.length / BLOCK) }, (_, at) =>
    Buffer.concat(all.slice(at * BLOCK, (at + 1) * BLOCK)),
  )
}

const sumOf = (all: readonly Buffer[]): number => all.reduce((sum, { length }) => sum + length, 0)

/** Processor time of one turn, in milliseconds. */
function milliseconds(work: () => unknown): number {
  const before = process.cpuUsage()
  for (let turn = 0; turn < TURNS; turn += 1) work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / TURNS
}
