import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DEFAULT_COLLECTIONS } from '../../src/config/collections.ts'
import { countingLink } from './counting-link.ts'
import { sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { endsWithUs } from './ends-with-us.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { type RawCopy, rawCopyOf, sameBlocks, singleBlocks } from './raw-copy.ts'
import { writeFiles } from './rivals.ts'
import { sized } from './sized.ts'
import { digits, median, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const COUNT = sized(20_000, 60)
const ROUNDS = sized(3, 1)
/** So many take a quarter of an hour once. */
const MANY = 50_000
const STEP = 1_000
const LOOPBACK = ['--p2p', '/ip4/127.0.0.1/tcp/0']
/** As format 1 wrote what 64 clients sent: each certification alone, not compressed, and an index block behind it. */
const SINGLES = 'raw hypercore, single blocks'
const WHOLE_NODE = 'node, verified and indexed'
const RSYNC = 'rsync -a'
/** What is left out of the network alone. */
const OF_NODES: ReadonlySet<string> = new Set([WHOLE_NODE, RSYNC])
const IDLE_ROUNDS = sized(5, 1)

interface Blocks {
  readonly known: number
  readonly here: number
  readonly indexed: number
}

/**
 * A new node copies all that another has, against raw hypercore and rsync; then it comes back when nothing is new.
 * @param only `network`: the network alone, against raw hypercore: no node verifies and indexes for minutes
 */
export const sync = async (count = COUNT, only = ''): Promise<string> =>
  inTemporaryFolder((folder) => measure(folder, count, only === 'network'))

async function measure(folder: string, count: number, isAlone: boolean): Promise<string> {
  const corpus = await openCorpus()
  const origin = join(folder, 'origin')
  let node = await startNode(origin, LOOPBACK)
  const bytes = await fill(node, corpus, { count, files: join(folder, 'files') })
  await node.stop()
  const raw = await rawCopyOf(origin, join(folder, 'raw'), sameBlocks)
  const singles = await rawCopyOf(origin, join(folder, 'singles'), singleBlocks)
  node = await startNode(origin, LOOPBACK)
  const { known } = await blocksOf(node)
  const ways: Readonly<Record<string, (to: string) => Promise<number>>> = {
    [WHOLE_NODE]: (to) => coldNode(to, { node, known }),
    'its network alone': (to) => script('plain-peer.ts', [to, node.address, String(known)]),
    'raw hypercore': (to) => rawHypercore(raw, to),
    [SINGLES]: (to) => rawHypercore(singles, to),
    [RSYNC]: (to) => rsync(join(folder, 'files'), to),
  }
  const seconds = new Map<string, number[]>()
  const rounds = count > MANY ? 1 : ROUNDS
  for (let round = 0; round < rounds; round += 1)
    for (const [name, way] of Object.entries(ways)) {
      if (isAlone && OF_NODES.has(name)) continue
      const to = join(folder, `to-${round}`)
      mkdirSync(to)
      const took = await way(to)
      rmSync(to, { recursive: true, force: true })
      seconds.set(name, [...(seconds.get(name) ?? []), took])
    }
  const wire = await bytesOnTheWire(join(folder, 'wire'), node, known)
  const idle = isAlone ? '' : await nothingNew(join(folder, 'idle'), node, known)
  await node.stop()
  return [
    `sync: ${count} certifications of ${digits(bytes / count / 1000)} kB, ${known} blocks; ${rounds} rounds, interleaved`,
    syncTable(seconds, { count, bytes }),
    `on the wire, its network alone: ${digits(wire / count)} bytes for each, ${digits(wire / bytes)} of raw; in blocks: ${digits(raw.bytes / bytes)}, single ones: ${digits(singles.bytes / bytes)}`,
    '',
    idle,
  ].join('\n')
}

async function fill(
  node: NodeProcess,
  corpus: Corpus,
  { count, files }: { readonly count: number; readonly files: string },
): Promise<number> {
  await postKeys(node, corpus)
  let bytes = 0
  for (let from = 0; from < count; from += STEP) {
    const made = await corpus.makeDiverse('both', {
      from,
      count: Math.min(STEP, count - from),
    })
    await sendAll(node.url, made.map(submission), { clients: 64, expect: [201] })
    writeFiles(join(files, String(from)), corpus, made)
    bytes += made.reduce((sum, one) => sum + one.bytes.length + (one.signature?.length ?? 0), 0)
  }
  return bytes
}

async function blocksOf({ url }: NodeProcess): Promise<Blocks & { readonly ready: boolean }> {
  const text = await (await fetch(`${url}/status`)).text()
  const of = (name: string): number =>
    Number(new RegExp(`"blocks":\\{[^}]*"${name}":(\\d+)`).exec(text)?.[1])
  return {
    known: of('known'),
    here: of('here'),
    indexed: of('indexed'),
    ready: text.includes('"ready":true'),
  }
}

/** From the start of the process until every block of the other's is in its indexes. */
async function coldNode(
  to: string,
  { node, known }: { readonly node: NodeProcess; readonly known: number },
): Promise<number> {
  const from = performance.now()
  const flags = ['--read-only', '--p2p', 'none', '--peer', node.address]
  const copy = await startNode(join(to, 'data'), flags)
  while ((await blocksOf(copy)).indexed < known) await sleep(50)
  const seconds = (performance.now() - from) / 1000
  // it goes: on a busy machine its clean end would take longer than it may
  await copy.kill()
  return seconds
}

/** A script of this folder, which says how many seconds it took. */
async function script(name: string, args: readonly string[]): Promise<number> {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const child = endsWithUs(
    spawn(process.execPath, ['--import', 'tsx', file, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  let said = ''
  child.stdout.on('data', (text) => (said += String(text)))
  await once(child, 'close')
  if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode}`)
  return Number(said.trim().split('\n').at(-1))
}

/** Both ways together, of a copy that nobody measures. */
async function bytesOnTheWire(to: string, node: NodeProcess, known: number): Promise<number> {
  mkdirSync(to)
  const link = await countingLink(node.address)
  await script('plain-peer.ts', [to, link.address, String(known)])
  link.close()
  return link.bytes()
}

async function rawHypercore({ folder, key, length }: RawCopy, to: string): Promise<number> {
  const file = fileURLToPath(new URL('raw-hypercore.ts', import.meta.url))
  const server = endsWithUs(
    spawn(process.execPath, ['--import', 'tsx', file, 'serve', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  const said: readonly unknown[] = await once(server.stdout, 'data')
  const port = String(said[0]).trim()
  try {
    return await script('raw-hypercore.ts', ['fetch', join(to, 'raw'), key, port, String(length)])
  } finally {
    server.kill('SIGKILL')
  }
}

async function rsync(files: string, to: string): Promise<number> {
  if (spawnSync('rsync', ['--version']).status !== 0) return Number.NaN
  const from = performance.now()
  execFileSync('rsync', ['-a', `${files}/`, join(to, 'files')])
  return (performance.now() - from) / 1000
}

function syncTable(
  seconds: ReadonlyMap<string, readonly number[]>,
  { count, bytes }: { readonly count: number; readonly bytes: number },
): string {
  const ratio = (name: string, rival: string): string => {
    const theirs = seconds.get(rival) ?? []
    const ratios = (seconds.get(name) ?? []).map((mine, at) => (theirs[at] ?? Number.NaN) / mine)
    return digits(median(ratios))
  }
  return table(
    ['', 's', 'spread', 'per s', 'MB/s', ': raw hypercore', ': single blocks', ': rsync -a'],
    [...seconds].map(([name, times]) => {
      const middle = median(times)
      return [
        name,
        digits(middle),
        spread(times, digits),
        digits(count / middle),
        digits(bytes / middle / 1e6),
        ratio(name, 'raw hypercore'),
        ratio(name, SINGLES),
        ratio(name, RSYNC),
      ]
    }),
  )
}

/** A node that has all of it comes back: what passes on the wire, and how long it takes until it knows. */
async function nothingNew(data: string, node: NodeProcess, known: number): Promise<string> {
  const feeds = 2 * DEFAULT_COLLECTIONS.length
  const first = await startNode(data, dialling(node.address))
  while ((await blocksOf(first)).indexed < known) await sleep(50)
  await first.stop()
  const samples: { readonly bytes: number; readonly milliseconds: number }[] = []
  for (let round = 0; round < IDLE_ROUNDS; round += 1) {
    const link = await countingLink(node.address)
    const again = await startNode(data, dialling(link.address))
    const milliseconds = await untilKnown(again)
    const before = link.bytes()
    // whatever is still on its way
    await sleep(2_000)
    samples.push({ bytes: Math.max(before, link.bytes()), milliseconds })
    await again.stop()
    link.close()
  }
  const bytes = samples.map((one) => one.bytes / feeds)
  const times = samples.map((one) => one.milliseconds)
  return [
    `nothing new: ${IDLE_ROUNDS} restarts of a node that has everything; ${feeds} feeds of two nodes`,
    table(
      ['', 'median', 'spread'],
      [
        ['bytes on the wire for each feed', digits(median(bytes)), spread(bytes, digits)],
        ['ms from connected to ready', digits(median(times)), spread(times, digits)],
      ],
    ),
  ].join('\n')
}

const dialling = (address: string): readonly string[] => ['--p2p', 'none', '--peer', address]

/** Milliseconds from its connection until it knows that nothing is missing. */
async function untilKnown(node: NodeProcess): Promise<number> {
  while (!(await blocksOf(node)).ready) await sleep(2)
  const ready = Date.now()
  const text = await (await fetch(`${node.url}/peers`)).text()
  const connectedAt = /"connectedAt":"([^"]+)"/.exec(text)?.[1]
  return ready - Date.parse(connectedAt ?? '')
}
