/* What one new certification costs a network of nodes, and how soon others have it, by their events. */
import { spawnSync } from 'node:child_process'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { dialled, madeBySome, rawDelays } from './latency.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { isShort, sized } from './sized.ts'
import { digits, median, percentile } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const SIZES = isShort ? [2] : [3, 20]
const COUNT = sized(30, 2)
/** Between two submissions, and while a mesh forms, in milliseconds. */
const PAUSE = 300
const SETTLE = sized(5_000, 1_000)
/** Not counted. */
const WARM_UP = sized(10, 1)
const PATIENCE = 60_000
const LOOPBACK = ['--p2p', '/ip4/127.0.0.1/tcp/0', '--verification-threads', '1']

interface Traffic {
  /** Milliseconds from each 201 until each of the others told of it. */
  readonly delays: readonly number[]
  /** Of each node for each submission: what it sent to others, and CPU time of all its threads. */
  readonly bytes: number
  readonly cpuMilliseconds: number
}

/** @param only the size whose digits begin so */
export async function traffic(count = COUNT, only = ''): Promise<string> {
  const corpus = await openCorpus()
  const rows: (readonly string[])[] = []
  for (const size of SIZES.filter((one) => String(one).startsWith(only))) {
    const raw = await rawDelays(size, count)
    const { delays, bytes, cpuMilliseconds } = await inTemporaryFolder((folder) =>
      ours(folder, corpus, { size, count }),
    )
    const row = [
      `${size} nodes`,
      ...[0.5, 0.99].map((part) => digits(percentile(delays, part))),
      ...[0.5, 0.99].map((part) => digits(percentile(raw, part))),
      `${digits(median(delays) / median(raw))} ×`,
      digits(bytes),
      digits(cpuMilliseconds),
    ]
    process.stderr.write(`${row.join(', ')}\n`)
    rows.push(row)
  }
  return [
    `traffic: ${count} submissions, one every ${PAUSE} ms, from the 201 on`,
    table(
      ['', 'p50 ms', 'p99 ms', 'raw p50', 'raw p99', 'p50 : raw', 'bytes a node', 'CPU ms a node'],
      rows,
    ),
  ].join('\n')
}

/** @param program that of another checkout, to compare */
export async function ours(
  folder: string,
  corpus: Corpus,
  {
    size,
    count,
    program,
  }: { readonly size: number; readonly count: number; readonly program?: string },
): Promise<Traffic> {
  const nodes: NodeProcess[] = []
  for (let at = 0; at < size; at += 1) {
    const peers = dialled(nodes).flatMap(({ address }) => ['--peer', address])
    nodes.push(await startNode(join(folder, String(at)), [...LOOPBACK, ...peers], { program }))
  }
  const [first, ...others] = nodes
  if (first === undefined) throw new Error('no node')
  await postKeys(first, corpus)
  await sleep(SETTLE)
  const heard = await Promise.all(others.map(({ url }) => listen(url)))
  const delays: number[] = []
  const before = { bytes: 0, cpuSeconds: 0 }
  for (const [at, made] of (await madeBySome(corpus, WARM_UP + count)).entries()) {
    if (at === WARM_UP) Object.assign(before, spentBy(nodes))
    const { answers } = await sendAll(first.url, [submission(made)], { clients: 1, expect: [201] })
    const from = performance.now()
    const id = /"id":"([\da-f]{64})"/.exec(answers[0]?.body.toString() ?? '')?.[1] ?? ''
    const there = await Promise.all(heard.map((one) => one.when(id)))
    if (at >= WARM_UP) delays.push(...there.map((time) => time - from))
    await sleep(PAUSE)
  }
  const after = spentBy(nodes)
  for (const one of heard) one.close()
  await Promise.all(nodes.map((node) => node.stop()))
  return {
    delays,
    bytes: (after.bytes - before.bytes) / size / count,
    cpuMilliseconds: ((after.cpuSeconds - before.cpuSeconds) * 1000) / size / count,
  }
}

/** Listens to what a node comes to know. */
async function listen(url: string) {
  const times = new Map<string, number>()
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/events`, resolve).once('error', reject)
  })
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    for (const [, id] of text.matchAll(/"id":"([\da-f]{64})"/g))
      if (id !== undefined && !times.has(id)) times.set(id, performance.now())
    text = text.slice(text.lastIndexOf('\n\n') + 1)
  })
  response.on('error', () => undefined)
  return {
    when: async (id: string): Promise<number> => {
      const patience = performance.now() + PATIENCE
      for (;;) {
        const time = times.get(id)
        if (time !== undefined) return time
        if (performance.now() > patience) throw new Error(`${url} never told of ${id}`)
        await sleep(5)
      }
    },
    close: () => response.destroy(),
  }
}

/** By all of them together, since they began. */
function spentBy(nodes: readonly NodeProcess[]): { bytes: number; cpuSeconds: number } {
  const ports = nodes.map(({ address }) => /\/tcp\/(\d+)/.exec(address)?.[1])
  const ends = ports.flatMap((port) => [
    'or',
    'sport',
    '=',
    `:${port}`,
    'or',
    'dport',
    '=',
    `:${port}`,
  ])
  // every octet is sent by one end of a connection: ss(8)
  const { status, stdout } = spawnSync('ss', ['-tinH', ...ends.slice(1)], { encoding: 'utf8' })
  const sent = Array.from((stdout ?? '').matchAll(/bytes_sent:(\d+)/g), ([, bytes]) =>
    Number(bytes),
  )
  return {
    // where there is no ss they are not known
    bytes: status === 0 ? sent.reduce((sum, bytes) => sum + bytes, 0) : Number.NaN,
    cpuSeconds: nodes.reduce((sum, node) => sum + node.usage().cpuSeconds, 0),
  }
}
