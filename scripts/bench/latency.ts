import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { getRequest, openClient, sendAll } from './client.ts'
import { type Corpus, type Made, openCorpus } from './corpus.ts'
import { endsWithUs } from './ends-with-us.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { isShort, sized } from './sized.ts'
import { digits, median, percentile } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const SIZES = isShort ? [2] : [3, 10, 20]
const COUNT = sized(30, 2)
const DIALS = 3
/** Between two submissions, and while a mesh forms, in milliseconds. */
const PAUSE = 300
const SETTLE = sized(5_000, 1_000)
/** Threads start, meshes form: not counted. */
const WARM_UP = sized(10, 1)
const SIGNERS = 5
/** For one that does not come, in milliseconds: raw gossip may lose one. */
const RAW_PATIENCE = 3_000
const PATIENCE = 60_000
const LOOPBACK = ['--p2p', '/ip4/127.0.0.1/tcp/0', '--verification-threads', '1']

/** Milliseconds that passed until each of the others had it. */
type Delays = readonly number[]

/** From a POST at one node until the others can be asked for it, against raw gossipsub over as many processes. */
export async function latency(count = COUNT): Promise<string> {
  const corpus = await openCorpus()
  const rows: (readonly string[])[] = []
  for (const size of SIZES) {
    const raw = await rawDelays(size, count)
    const ours = await inTemporaryFolder((folder) => nodeDelays(folder, corpus, { size, count }))
    const ratio = median(ours) / median(raw)
    process.stderr.write(
      `${size} nodes: ${figures(ours).join(' ')}, raw: ${figures(raw).join(' ')}\n`,
    )
    rows.push(
      [`${size} nodes`, ...figures(ours), `${digits(ratio)} ×`],
      [`${size} × raw gossipsub`, ...figures(raw), ''],
    )
  }
  return [
    `latency: ${count} submissions, one every ${PAUSE} ms; each process dials up to ${DIALS} earlier ones`,
    table(['', 'p50 ms', 'p99 ms', 'largest ms', 'p50 : raw'], rows),
  ].join('\n')
}

const figures = (delays: Delays): readonly string[] =>
  [percentile(delays, 0.5), percentile(delays, 0.99), Math.max(...delays)].map(digits)

/** Whom the process at that place dials: the same for both. */
export function dialled<T>(earlier: readonly T[]): readonly T[] {
  const step = Math.max(1, Math.floor(earlier.length / DIALS))
  return earlier.filter((_, at) => at % step === 0).slice(0, DIALS)
}

async function nodeDelays(
  folder: string,
  corpus: Corpus,
  { size, count }: { readonly size: number; readonly count: number },
): Promise<Delays> {
  const nodes: NodeProcess[] = []
  for (let at = 0; at < size; at += 1) {
    const peers = dialled(nodes).flatMap(({ address }) => ['--peer', address])
    nodes.push(await startNode(join(folder, String(at)), [...LOOPBACK, ...peers]))
  }
  const [first, ...others] = nodes
  if (first === undefined) throw new Error('no node')
  await postKeys(first, corpus)
  await sleep(SETTLE)
  const delays: number[] = []
  for (const [at, made] of (await madeBySome(corpus, WARM_UP + count)).entries()) {
    const from = performance.now()
    const { answers } = await sendAll(first.url, [submission(made)], { clients: 1, expect: [201] })
    const id = /"id":"([\da-f]{64})"/.exec(answers[0]?.body.toString() ?? '')?.[1] ?? ''
    await Promise.all(
      others.map(async ({ url }) => {
        await askUntilThere(url, id)
        if (at >= WARM_UP) delays.push(performance.now() - from)
      }),
    )
    await sleep(PAUSE)
  }
  await Promise.all(nodes.map((node) => node.stop()))
  return delays
}

/** By rebuilders that are known after the warm-up: most submissions are by somebody who has submitted before. */
export async function madeBySome(corpus: Corpus, count: number): Promise<readonly Made[]> {
  const made: Made[] = []
  for (let at = 0; made.length < count; at += 1)
    made.push(...(await corpus.make((at % SIGNERS) + corpus.signers.length * at, 1)))
  return made
}

async function askUntilThere(url: string, id: string): Promise<void> {
  const client = await openClient(url)
  const question = getRequest(`/certifications/${id}.json`)
  // whoever asks without a pause takes the processor from those who copy
  const patience = performance.now() + PATIENCE
  while ((await client.exchange(question)).status !== 200) {
    if (performance.now() > patience) throw new Error(`${url} never had ${id}`)
    await sleep(10)
  }
  client.close()
}

/** Of raw gossipsub over as many processes, in milliseconds. */
export async function rawDelays(size: number, count: number): Promise<Delays> {
  const file = fileURLToPath(new URL('raw-gossip.ts', import.meta.url))
  const delays: number[] = []
  const hosts: { address: string; child: ReturnType<typeof startHost> }[] = []
  function startHost(args: readonly string[]) {
    return endsWithUs(
      spawn(process.execPath, ['--import', 'tsx', file, ...args], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    )
  }
  for (let at = 0; at < size; at += 1) {
    const child = startHost(dialled(hosts).map(({ address }) => address))
    const lines = createInterface({ input: child.stdout })
    const said: readonly unknown[] = await once(lines, 'line')
    lines.on('line', (line) => delays.push(Number(line)))
    hosts.push({ address: String(said[0]), child })
  }
  await sleep(SETTLE)
  for (let at = 0; at < count; at += 1) {
    hosts[0]?.child.stdin.write('\n')
    const [before, patience] = [delays.length, performance.now() + RAW_PATIENCE]
    while (delays.length < before + size - 1 && performance.now() < patience) await sleep(5)
    await sleep(PAUSE)
  }
  for (const { child } of hosts) child.kill('SIGKILL')
  return delays
}
