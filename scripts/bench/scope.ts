import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { countingLink } from './counting-link.ts'
import { diskBytes } from './disk-bytes.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { sized } from './sized.ts'
import { digits } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const COUNT = sized(8_000, 32)
const STEP = sized(1_024, 32)
/** Of these eight two are kept, each with as many certifications as any other. */
const ARCHITECTURES = ['all', 'amd64', 'arm64', 'armhf', 'i386', 'ppc64el', 'riscv64', 's390x']
const KEPT = ['all', 'amd64']
/** Memory is looked at when nothing has happened for so long, in milliseconds. */
const SETTLE = sized(10_000, 100)
const MEBIBYTE = 1024 * 1024

interface Way {
  readonly name: string
  /** How many are sent at once. */
  readonly clients: number
  readonly isKeyForEach: boolean
}

const WAYS: readonly Way[] = [
  { name: 'one at a time', clients: 1, isKeyForEach: false },
  { name: '64 at once', clients: 64, isKeyForEach: false },
  { name: '200 at once', clients: 200, isKeyForEach: false },
  { name: '200 at once, a key for each architecture', clients: 200, isKeyForEach: true },
]

interface Copied {
  readonly disk: number
  readonly feeds: number
  readonly wire: number
  readonly rss: number
  readonly certifications: number
}

/** A read-only node that keeps two of eight architectures, beside one that keeps everything, by how the feed was written. */
export async function scope(count = COUNT): Promise<string> {
  const corpus = await openCorpus()
  const rows: string[][] = []
  for (const way of WAYS)
    rows.push(...(await inTemporaryFolder((folder) => measure(folder, corpus, { way, count }))))
  return [
    `scope: ${count} certifications for ${ARCHITECTURES.length} architectures, of which ${KEPT.join(' and ')} are kept`,
    table(
      [
        'written',
        'keeps',
        'certifications',
        'MB on disk',
        'of it feeds',
        'MB on the wire',
        'RSS MiB',
      ],
      rows,
    ),
  ].join('\n')
}

async function measure(
  folder: string,
  corpus: Corpus,
  { way, count }: { readonly way: Way; readonly count: number },
): Promise<string[][]> {
  const node = await startNode(join(folder, 'origin'), ['--p2p', '/ip4/127.0.0.1/tcp/0'])
  await postKeys(node, corpus)
  for (let from = 0; from < count; from += STEP) {
    const range = { from, count: Math.min(STEP, count - from) }
    const made = await corpus.makeArchitectures(ARCHITECTURES, range, way.isKeyForEach)
    await sendAll(node.url, made.map(submission), { clients: way.clients, expect: [201] })
  }
  const file = join(folder, 'keep.toml')
  writeFileSync(file, `[[keep]]\narchitectures = ${JSON.stringify(KEPT)}\n`)
  const whole = await copy(join(folder, 'whole'), node, [])
  const part = await copy(join(folder, 'part'), node, ['--config', file])
  await node.stop()
  const line = (keeps: string, { certifications, disk, feeds, wire, rss }: Copied): string[] => [
    way.name,
    keeps,
    String(certifications),
    digits(disk / 1e6),
    digits(feeds / 1e6),
    digits(wire / 1e6),
    digits(rss / MEBIBYTE),
  ]
  const share = (of: (one: Copied) => number): string => digits(of(part) / of(whole))
  return [
    line('everything', whole),
    line(KEPT.join(', '), part),
    [
      way.name,
      'share',
      share(({ certifications }) => certifications),
      share(({ disk }) => disk),
      share(({ feeds }) => feeds),
      share(({ wire }) => wire),
      share(({ rss }) => rss),
    ],
  ]
}

/** A new read-only node, when it has all that it keeps. */
async function copy(data: string, from: NodeProcess, flags: readonly string[]): Promise<Copied> {
  const { known } = await statusOf(from)
  const link = await countingLink(from.address)
  const node = await startNode(data, [
    '--read-only',
    '--p2p',
    'none',
    '--peer',
    link.address,
    ...flags,
  ])
  for (;;) {
    const { indexed, here, leftOut } = await statusOf(node)
    if (indexed >= known && here + leftOut >= known) break
    await sleep(50)
  }
  await sleep(SETTLE)
  const { certifications } = await statusOf(node)
  const { rssBytes } = node.usage()
  await node.stop()
  link.close()
  return {
    certifications,
    disk: diskBytes(data),
    feeds: diskBytes(join(data, 'feeds')),
    wire: link.bytes(),
    rss: rssBytes,
  }
}

async function statusOf({ url }: NodeProcess) {
  const text = await (await fetch(`${url}/status`)).text()
  const of = (name: string): number =>
    Number(
      new RegExp(`"${name}":(\\d+)`).exec(/"blocks":\{[^}]*\}/.exec(text)?.[0] ?? '')?.[1] ?? 0,
    )
  const certifications = Number(/"name":"debian"[^}]*"certifications":(\d+)/.exec(text)?.[1])
  return {
    known: of('known'),
    here: of('here'),
    indexed: of('indexed'),
    leftOut: of('leftOut'),
    certifications,
  }
}
