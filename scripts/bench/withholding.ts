import { join } from 'node:path'
import { controlRequest } from '../../src/client/control-door.ts'
import { sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { diskBytes } from './disk-bytes.ts'
import { feedBlocks, isData } from './feed-blocks.ts'
import { startNode } from './node-process.ts'
import { makeCheapSigners } from './signer.ts'
import { sized } from './sized.ts'
import { digits } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const COUNT = sized(20_000, 40)
const STEP = 1_000
const KEYS = sized(200, 10)
/** One in so many is withheld. */
const EVERY = sized(100, 10)

const MOST_WAYS = sized(3, 1)

interface Way {
  readonly name: string
  readonly clients: number
  readonly program?: string
}

/** `dist/main.js` of a checkout whose feeds are of format 1, to compare. */
const OTHER = process.env['BENCH_OTHER']
const WAYS: readonly Way[] = [
  { name: '200 at once', clients: 200 },
  { name: '64 at once', clients: 64 },
  ...(OTHER === undefined ? [] : [{ name: 'format 1, 64 at once', clients: 64, program: OTHER }]),
]

/** What it takes to withhold scattered certifications: of a block nothing can be cleared alone, so its others are appended again. */
export async function withholding(count = COUNT, only = ''): Promise<string> {
  const corpus = await openCorpus(await makeCheapSigners(KEYS))
  const rows: (readonly string[])[] = []
  for (const way of WAYS.slice(0, MOST_WAYS).filter(({ name }) => name.startsWith(only)))
    rows.push(await inTemporaryFolder((folder) => measure(folder, corpus, { ...way, count })))
  return [
    `withholding: ${Math.ceil(count / EVERY)} scattered ones of ${count}${OTHER === undefined ? '; no BENCH_OTHER, so no format 1' : ''}`,
    table(
      [
        '',
        'in a block',
        's',
        'CPU s',
        'appended, MB',
        'of all blocks',
        'a new follower copies, MB',
        'before',
        'disk, MB',
        'before',
      ],
      rows,
    ),
  ].join('\n')
}

async function measure(
  folder: string,
  corpus: Corpus,
  { name, clients, program, count }: Way & { readonly count: number },
): Promise<readonly string[]> {
  const data = join(folder, 'data')
  const feeds = join(data, 'feeds')
  let node = await startNode(data, [], { program })
  await postKeys(node, corpus)
  const ids: string[] = []
  for (let from = 0; from < count; from += STEP) {
    const made = await corpus.makeDiverse('debian', { from, count: Math.min(STEP, count - from) })
    const { answers } = await sendAll(node.url, made.map(submission), { clients, expect: [201] })
    for (const { body } of answers)
      ids.push(/"id":"([\da-f]{64})"/.exec(body.toString())?.[1] ?? '')
  }
  await node.stop()
  const before = { ...(await tally(data)), disk: diskBytes(feeds) }
  node = await startNode(data, [], { program })
  const withheld = ids.filter((_, at) => at % EVERY === 0)
  const [from, cpu] = [performance.now(), node.usage().cpuSeconds]
  const body = JSON.stringify({ ids: withheld, reason: 'measured', code: 'error' })
  await controlRequest(data, { method: 'POST', path: '/withhold', body })
  const [seconds, cpuSeconds] = [(performance.now() - from) / 1000, node.usage().cpuSeconds - cpu]
  await node.stop()
  const after = await tally(data, before.last)
  return [
    name,
    digits(count / before.dataBlocks),
    ...[
      seconds,
      cpuSeconds,
      after.appended / 1e6,
      after.appended / before.bytes,
      after.bytes / 1e6,
      before.bytes / 1e6,
      diskBytes(feeds) / 1e6,
      before.disk / 1e6,
    ].map(digits),
  ]
}

interface Tally {
  readonly last: number
  readonly dataBlocks: number
  readonly bytes: number
  /** Of blocks behind a sequence. */
  readonly appended: number
}

/** Of the one feed that has more than an origin. */
async function tally(data: string, behind = Infinity): Promise<Tally> {
  let [last, dataBlocks, bytes, appended] = [0, 0, 0, 0]
  for await (const block of feedBlocks(data)) {
    const { length } = block.bytes
    last = Math.max(last, block.sequence)
    dataBlocks += isData(block) ? 1 : 0
    bytes += length
    appended += block.sequence > behind ? length : 0
  }
  return { last, dataBlocks, bytes, appended }
}
