import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { decodeDataBlock } from '../../src/feeds/format/block.ts'
import { type Corpus, type Made, openCorpus } from './corpus.ts'
import { sendAll } from './client.ts'
import { diskBytes } from './disk-bytes.ts'
import { endsWithUs } from './ends-with-us.ts'
import { feedBlocks, isData } from './feed-blocks.ts'
import { writeFormat1 } from './format-1.ts'
import { startNode } from './node-process.ts'
import { KEY_MIX, makeCheapSigners } from './signer.ts'
import { isShort, sized } from './sized.ts'
import { digits } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const COUNT = sized(2_000, 20)
/** How many a second bring one each second. */
const SECONDS = sized(30, 2)
const MANY_KEYS = sized(1_000, 20)
/** Of the short form: one of each kind. */
const SHORT = /^(?:one a second|64 at once, |JVM, 64)/
/** A block has no more. */
const ALIKE = 64

interface Way {
  readonly name: string
  readonly kind: 'debian' | 'jvm'
  readonly corpus: Corpus
  readonly count: number
  /** 0: the program sends them, as files of one command. */
  readonly clients: number
  readonly everyMs?: number
}

/** What the feeds take on the disk, by how certifications come, beside what they have themselves and beside format 1. */
export async function disk(count = COUNT, only = ''): Promise<string> {
  const corpus = await openCorpus()
  const many = await openCorpus(await makeCheapSigners(MANY_KEYS))
  const debian = { kind: 'debian', corpus, count } as const
  const ways: readonly Way[] = [
    { ...debian, name: 'one a second', count: SECONDS, clients: 1, everyMs: 1_000 },
    { ...debian, name: 'one after the other', clients: 1 },
    { ...debian, name: '8 at once', clients: 8 },
    { ...debian, name: 'countersign submit, all files', clients: 0 },
    { ...debian, name: '64 at once', clients: 64 },
    { ...debian, name: `64 at once, ${MANY_KEYS} rebuilders`, corpus: many, clients: 64 },
    { ...debian, name: '200 at once', clients: 200 },
    { ...debian, name: 'JVM, one after the other', kind: 'jvm', clients: 1 },
    { ...debian, name: 'JVM, 64 at once', kind: 'jvm', clients: 64 },
  ]
  const rows: (readonly string[])[] = []
  const wanted = isShort ? ways.filter(({ name }) => SHORT.test(name)) : ways
  for (const way of wanted.filter(({ name }) => name.startsWith(only)))
    rows.push(await inTemporaryFolder((folder) => measure(folder, way)))
  return [
    `disk: ${count} certifications a way; feeds as a stopped node leaves them, with the keys; keys: ${KEY_MIX}`,
    table(
      ['', 'raw, kB', 'in a data block', 'feeds : raw', 'format 1 : raw', 'content : raw'],
      rows,
    ),
    '',
    await howAlike(corpus),
  ].join('\n')
}

async function measure(folder: string, way: Way): Promise<readonly string[]> {
  const { name, kind, corpus, count, clients, everyMs } = way
  const data = join(folder, 'data')
  const made = await corpus.makeDiverse(kind, { from: 0, count })
  const requests = made.map(submission)
  const node = await startNode(data)
  await postKeys(node, corpus)
  if (clients === 0) await submitFiles(node.url, folder, made)
  else if (everyMs === undefined) await sendAll(node.url, requests, { clients, expect: [201] })
  else
    for (const request of requests) {
      const next = performance.now() + everyMs
      await sendAll(node.url, [request], { clients, expect: [201] })
      await new Promise((resolve) => setTimeout(resolve, next - performance.now()))
    }
  await node.stop()
  const raw = made.reduce((sum, one) => sum + rawBytes(one).length, 0)
  const { blocks, bytes } = await tally(data)
  const part = (of: number): string => digits(of / raw)
  return [
    name,
    digits(raw / count / 1000),
    digits(count / blocks),
    part(diskBytes(join(data, 'feeds'))),
    part(await writeFormat1(data, join(folder, 'format-1'))),
    part(bytes),
  ]
}

/** All at once to `countersign submit`. */
async function submitFiles(url: string, folder: string, made: readonly Made[]): Promise<void> {
  const files = await Promise.all(
    made.map(async ({ bytes }, at) => {
      const path = join(folder, `${at}.buildinfo`)
      await writeFile(path, bytes)
      return path
    }),
  )
  const child = endsWithUs(
    spawn(process.execPath, [PROGRAM, 'submit', ...files, '--to', url, '--json'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  await once(child, 'close')
  if (child.exitCode !== 0) throw new Error(`countersign submit ended with ${child.exitCode}`)
}

/** Document and signature. */
const rawBytes = ({ bytes, signature }: Made): Buffer =>
  signature === undefined ? bytes : Buffer.concat([bytes, signature])

/** Data blocks with certifications, and bytes of all blocks. */
async function tally(data: string): Promise<{ readonly blocks: number; readonly bytes: number }> {
  let [blocks, bytes] = [0, 0]
  for await (const block of feedBlocks(data)) {
    bytes += block.bytes.length
    const isOne =
      isData(block) &&
      (await decodeDataBlock(block.bytes)).some(({ kind }) => kind === 'certification')
    blocks += isOne ? 1 : 0
  }
  return { blocks, bytes }
}

/** How much smaller brotli 5 makes certifications of the corpus, each alone and 64 together. */
async function howAlike(corpus: Corpus): Promise<string> {
  const rows: (readonly string[])[] = []
  for (const kind of ['debian', 'jvm'] as const) {
    const all = (await corpus.makeDiverse(kind, { from: 0, count: ALIKE })).map(rawBytes)
    const raw = sumOf(all)
    rows.push([
      kind,
      digits(raw / ALIKE / 1000),
      digits(raw / sumOf(all.map(compressed))),
      digits(raw / compressed(Buffer.concat(all)).length),
    ])
  }
  const head = ['brotli 5 makes smaller by', 'raw, kB', 'each alone', `${ALIKE} together`]
  return table(head, rows)
}

const sumOf = (all: readonly Buffer[]): number => all.reduce((sum, one) => sum + one.length, 0)

const compressed = (bytes: Buffer): Buffer =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
