import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import type { Usage } from './process-usage.ts'
import { sized } from './sized.ts'
import { digits, median } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const KINDS = ['debian', 'jvm'] as const
type Kind = (typeof KINDS)[number]

const COUNT: Readonly<Record<Kind, number>> = { debian: sized(20_000, 40), jvm: sized(27_000, 8) }
/** RSS, in MiB. */
const AIM: Readonly<Record<Kind, number>> = { debian: 230, jvm: 450 }
/** What is made and posted at once: documents of the JVM are large. */
const STEP = 500
const CLIENTS = 64
/** After the last answer: looked at so often, so many milliseconds apart. */
const LOOKS = sized(11, 2)
const BETWEEN = sized(1000, 10)
const MEBIBYTE = 1024 * 1024

interface Held {
  readonly kind: Kind
  readonly documents: number
  readonly artifacts: number
  readonly bytes: number
  readonly perSecond: number
  readonly cpuMilliseconds: number
  readonly started: Usage
  /** When the last had been answered: medians. */
  readonly rss: number
  readonly anonymous: number
  readonly peakRss: number
}

/** What a node holds after it has taken many: one of Debian's kind, one of the JVM's. */
export async function memory(count?: number): Promise<string> {
  const corpus = await openCorpus()
  const held: Held[] = []
  for (const kind of KINDS)
    held.push(await inTemporaryFolder((folder) => fill(join(folder, 'data'), corpus, kind, count)))
  return report(held)
}

async function fill(
  ...[data, corpus, kind, count = COUNT[kind]]: [string, Corpus, Kind, number?]
): Promise<Held> {
  const node = await startNode(data)
  await postKeys(node, corpus)
  const started = node.usage()
  let [artifacts, bytes, seconds] = [0, 0, 0]
  for (let from = 0; from < count; from += STEP) {
    const made = await corpus.makeOf(kind, { from, count: Math.min(STEP, count - from) })
    for (const one of made) {
      bytes += one.bytes.length
      artifacts += one.bytes.toString().match(ARTIFACT[kind])?.length ?? 0
    }
    const sent = await sendAll(node.url, made.map(submission), { clients: CLIENTS, expect: [201] })
    seconds += sent.seconds
  }
  const cpuSeconds = node.usage().cpuSeconds - started.cpuSeconds
  const looks = await look(node)
  await node.stop()
  return {
    kind,
    documents: count,
    artifacts,
    bytes,
    perSecond: count / seconds,
    cpuMilliseconds: (cpuSeconds * 1000) / count,
    started,
    rss: median(looks.map(({ rssBytes }) => rssBytes)),
    anonymous: median(looks.map(({ anonymousBytes }) => anonymousBytes)),
    peakRss: Math.max(...looks.map(({ peakRssBytes }) => peakRssBytes)),
  }
}

const ARTIFACT: Readonly<Record<Kind, RegExp>> = {
  debian: /^ [\da-f]{64} /gm,
  jvm: /^outputs\.[\d.]+filename=/gm,
}

async function look(node: NodeProcess): Promise<readonly Usage[]> {
  const looks: Usage[] = []
  for (let at = 0; at < LOOKS; at += 1) {
    await setTimeout(BETWEEN)
    looks.push(node.usage())
  }
  return looks
}

const mebibytes = (bytes: number): string => digits(bytes / MEBIBYTE)

function report(held: readonly Held[]): string {
  const line = (name: string, show: (one: Held) => string) => [name, ...held.map(show)]
  const rows = [
    line('documents', ({ documents }) => String(documents)),
    line('artifacts', ({ artifacts }) => String(artifacts)),
    line('posted', ({ bytes }) => mebibytes(bytes)),
    line('a second', ({ perSecond }) => digits(perSecond)),
    line('CPU of the node, ms each', ({ cpuMilliseconds }) => digits(cpuMilliseconds)),
    line('RSS, began with', ({ started }) => mebibytes(started.rssBytes)),
    line('RSS', ({ kind, rss }) => `${mebibytes(rss)} (aim ${AIM[kind]})`),
    line('of it in no file', ({ anonymous }) => mebibytes(anonymous)),
    line('RSS at its peak', ({ peakRss }) => mebibytes(peakRss)),
  ]
  return [
    `memory: after the last answer, median of ${LOOKS} looks, in MiB; MALLOC_ARENA_MAX is ${process.env['MALLOC_ARENA_MAX'] ?? 'not set'}`,
    '',
    table(['', ...held.map(({ kind }) => kind)], rows),
  ].join('\n')
}
