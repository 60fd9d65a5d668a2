import { join } from 'node:path'
import { sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { diskBytes } from './disk-bytes.ts'
import { type Kept, lookups, type LookupTimes } from './lookups.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { KEY_MIX } from './signer.ts'
import { sized } from './sized.ts'
import { digits, median } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const COUNT = sized(100_000, 60)
const SIZES = [sized(1_000, 20), sized(10_000, 40)]
/** What is made and posted at once, and what the last rate is taken over. */
const STEP = 1_000
const CLIENTS = 64
const STARTS = sized(3, 1)
const MEBIBYTE = 1024 * 1024

interface Grown {
  readonly size: number
  readonly perSecond: number
  readonly times: LookupTimes
  readonly rss: number
  readonly peakRss: number
  readonly rawBytes: number
  readonly disk: Readonly<Record<'feeds' | 'state' | 'indexes', number>>
  readonly startSeconds: number
}

/** What becomes of rates, times, memory and disk while a node grows to `count` certifications. */
export async function growth(count = COUNT): Promise<string> {
  const sizes = [...SIZES.filter((one) => one < count), count]
  return inTemporaryFolder(async (folder) => report(await grow(join(folder, 'data'), sizes)))
}

async function grow(data: string, sizes: readonly number[]): Promise<readonly Grown[]> {
  const corpus = await openCorpus()
  const kept: Kept[] = []
  const grown: Grown[] = []
  let rawBytes = 0
  let node = await startNode(data)
  await postKeys(node, corpus)
  for (const size of sizes) {
    let perSecond = 0
    while (kept.length < size) {
      const step = await post(node, corpus, {
        from: kept.length,
        count: Math.min(STEP, size - kept.length),
      })
      kept.push(...step.kept)
      rawBytes += step.rawBytes
      ;({ perSecond } = step)
    }
    const times = await lookups(node.url, kept)
    const { rssBytes: rss, peakRssBytes: peakRss } = node.usage()
    await node.stop()
    const disk = {
      feeds: diskBytes(join(data, 'feeds')),
      state: diskBytes(join(data, 'state')),
      indexes: diskBytes(join(data, 'indexes')),
    }
    const starts: number[] = []
    for (let at = 0; at < STARTS; at += 1) {
      if (at > 0) await node.stop()
      node = await startNode(data)
      starts.push(node.startSeconds)
    }
    const startSeconds = median(starts)
    grown.push({ size, perSecond, times, rss, peakRss, rawBytes, disk, startSeconds })
  }
  await node.stop()
  return grown
}

async function post(
  node: NodeProcess,
  corpus: Corpus,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<{ kept: readonly Kept[]; rawBytes: number; perSecond: number }> {
  const made = await corpus.make(from, count)
  const { answers, seconds } = await sendAll(node.url, made.map(submission), {
    clients: CLIENTS,
    expect: [201],
  })
  const kept = made.map(({ collection, source, artifact }, at) => {
    const id = /"id":"([\da-f]{64})"/.exec(answers[at]?.body.toString() ?? '')?.[1] ?? ''
    return { id, collection, source, artifact }
  })
  const rawBytes = made.reduce(
    (sum, { bytes, signature }) => sum + bytes.length + (signature?.length ?? 0),
    0,
  )
  return { kept, rawBytes, perSecond: count / seconds }
}

function report(grown: readonly Grown[]): string {
  const line = (name: string, show: (one: Grown) => string) => [name, ...grown.map(show)]
  const total = ({ disk }: Grown) => disk.feeds + disk.state + disk.indexes
  const kinds = Object.keys(grown[0]?.times ?? {})
  const rows = [
    line(`submit, last ${STEP}, per s`, (one) => digits(one.perSecond)),
    ...kinds.map((kind) =>
      line(`${kind}, p50 / p99 ms`, ({ times }) => {
        const { p50 = Number.NaN, p99 = Number.NaN } = times[kind] ?? {}
        return `${digits(p50)} / ${digits(p99)}`
      }),
    ),
    line(
      'RSS / peak, MiB',
      (one) => `${digits(one.rss / MEBIBYTE)} / ${digits(one.peakRss / MEBIBYTE)}`,
    ),
    line('raw bytes of one', (one) => digits(one.rawBytes / one.size)),
    line('disk bytes of one', (one) => digits(total(one) / one.size)),
    line('disk : raw', (one) => digits(total(one) / one.rawBytes)),
    line('  feeds : raw', (one) => digits(one.disk.feeds / one.rawBytes)),
    line('  state : raw', (one) => digits(one.disk.state / one.rawBytes)),
    line('  indexes : raw', (one) => digits(one.disk.indexes / one.rawBytes)),
    line(`start to /ready, median of ${STARTS}, s`, (one) => digits(one.startSeconds)),
  ]
  return [
    `growth: one node, ${CLIENTS} clients; disk after a clean stop; keys: ${KEY_MIX}`,
    '',
    table(['certifications', ...grown.map(({ size }) => String(size))], rows),
  ].join('\n')
}
