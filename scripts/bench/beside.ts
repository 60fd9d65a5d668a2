/*
 * This node beside one of another checkout, turn and turn about, so that whatever else the machine does meets both: what a question and
 * a submission cost. Beside itself it shows how much of a ratio is chance.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { getRequest, sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { QUESTIONS } from './cost-cases.ts'
import type { Asked, Question } from './cost-question.ts'
import { exchange, learn } from './costs.ts'
import { makeCrowd } from './crowd.ts'
import { type MeasuredNode, startMeasuredNode } from './measured-node.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { isShort, sized } from './sized.ts'
import { digits, median, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const OTHER = process.env['BENCH_OTHER']
const BEFORE = OTHER ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const COUNT = sized(4_000, 60)
const ROUNDS = sized(7, 1)
/** Behind the answer to what changes something, in milliseconds. */
const BEHIND = sized(1_500, 10)
/** Of one round: documents by 64 clients and by one, certifications and listings that are read. */
const WORK = { many: sized(300, 10), alone: sized(100, 5), read: sized(2_000, 10) } as const

/** The short form of `costs` asks the same questions. */
const EVERYTHING = isShort ? 'work' : ''

/** What both came to, in each round. */
type Pairs = readonly (readonly [before: number, now: number])[]

/**
 * @param count certifications that there are before questions are asked
 * @param only `work`, or how the name of a question begins
 */
export async function beside(count = COUNT, only = EVERYTHING): Promise<string> {
  if (OTHER === undefined && !isShort)
    return 'beside: skipped, BENCH_OTHER=…/dist/main.js names no other checkout'
  const parts: string[] = []
  if ('work'.startsWith(only))
    parts.push(shown('ms of CPU for each', await inTemporaryFolder(work)))
  if (only === '' || !'work'.startsWith(only))
    parts.push(
      shown(
        'ms of the main thread',
        await inTemporaryFolder((folder) => questions(folder, count, only)),
      ),
    )
  return [
    `beside: ${ROUNDS} rounds, turn and turn about; ratios are taken within a round`,
    ...parts,
  ].join('\n\n')
}

function shown(what: string, found: ReadonlyMap<string, Pairs>): string {
  const rows = Array.from(found, ([name, pairs]) => {
    const ratios = pairs.map(([before, now]) => now / Math.max(before, 0.01))
    return { name, pairs, ratios, ratio: median(ratios) }
  })
  return table(
    [what, 'before', 'now', 'now : before', 'spread'],
    rows
      .toSorted((one, other) => other.ratio - one.ratio)
      .map(({ name, pairs, ratios, ratio }) => [
        name,
        digits(median(pairs.map(([before]) => before))),
        digits(median(pairs.map(([, now]) => now))),
        digits(ratio),
        spread(ratios, digits),
      ]),
  )
}

/** The one that is first in this round is second in the next. */
async function turns<T>(
  round: number,
  [before, now]: readonly [T, T],
  cost: (side: T) => Promise<number>,
): Promise<readonly [number, number]> {
  if (round % 2 === 0) return [await cost(before), await cost(now)]
  const first = await cost(now)
  return [await cost(before), first]
}

interface Side {
  readonly node: MeasuredNode
  readonly asked: Asked
}

async function questions(
  folder: string,
  count: number,
  only: string,
): Promise<ReadonlyMap<string, Pairs>> {
  const sides = [
    await openSide(join(folder, 'before'), count, BEFORE),
    await openSide(join(folder, 'now'), count),
  ] as const
  const found = new Map<string, Pairs>()
  const all = Object.entries(QUESTIONS)
    .flatMap(([route, some]) => some.map((question) => ({ route, question })))
    .map((one) => ({ ...one, name: `${one.route}: ${one.question.says}` }))
    .filter(({ name }, at) => name.startsWith(only) && (!isShort || at % 40 === 0))
  for (const { route, question, name } of all) {
    const pairs: (readonly [number, number])[] = []
    for (let round = 0; round < ROUNDS; round += 1)
      pairs.push(await turns(round, sides, (side) => ask(side, route, question)))
    found.set(name, pairs)
  }
  for (const { node } of sides) await node.stop()
  return found
}

async function openSide(data: string, count: number, main?: string): Promise<Side> {
  const node = await startMeasuredNode(data, [], main)
  return { node, asked: await learn(node.url, await makeCrowd(node.url, count)) }
}

/** Behind one more certification: what was remembered holds no longer. */
async function ask({ node, asked }: Side, route: string, question: Question): Promise<number> {
  const one = submission({ collection: 'debian', bytes: await asked.another() })
  await sendAll(node.url, [one], { clients: 1, expect: [201] })
  const request = await question.request(asked)
  await node.calm()
  const { whole } = await node.measure(async () => {
    await exchange(node.url, request, question.isStream === true)
    if (!route.startsWith('GET ')) await sleep(BEHIND)
  })
  return whole
}

interface Work {
  readonly says: string
  readonly requests: readonly Buffer[]
  readonly clients: number
  readonly status: number
}

async function work(folder: string): Promise<ReadonlyMap<string, Pairs>> {
  const corpus = await openCorpus()
  const nodes = [
    await startNode(join(folder, 'before'), [], { program: BEFORE }),
    await startNode(join(folder, 'now')),
  ] as const
  const listed = await corpus.makeFolder('folder.200', sized(200, 5))
  const first = (await corpus.make(0, 3 * WORK.many)).map(submission)
  for (const node of nodes) {
    await postKeys(node, corpus)
    await sendAll(node.url, [...listed.map(submission), ...first], { clients: 64, expect: [201] })
  }
  const leaf = `/debian/${listed[0]?.source ?? ''}/`
  const paths = await pathsAt(nodes[1].url, leaf)
  const found = new Map<string, (readonly [number, number])[]>()
  // the first is not counted: the code is still being compiled
  for (let round = -1; round < ROUNDS; round += 1)
    for (const one of await worksOf(corpus, { leaf, paths, round: round + 1 })) {
      const pair = await turns(round, nodes, (node) => costOf(node, one))
      if (round >= 0) found.set(one.says, [...(found.get(one.says) ?? []), pair])
    }
  for (const node of nodes) await node.stop()
  return found
}

async function pathsAt(url: string, leaf: string): Promise<readonly string[]> {
  const { answers } = await sendAll(url, [getRequest(leaf)], { clients: 1, expect: [200] })
  const text = answers[0]?.body.toString() ?? ''
  return [...text.matchAll(/"path":"([^"]+)"/g)].map(
    ([, path = '']) => `/${path.split('/').map(encodeURIComponent).join('/')}`,
  )
}

async function worksOf(
  corpus: Corpus,
  {
    leaf,
    paths,
    round,
  }: { readonly leaf: string; readonly paths: readonly string[]; readonly round: number },
): Promise<readonly Work[]> {
  const { many, alone, read } = WORK
  const made = await corpus.make(3 * many + round * (many + alone), many + alone)
  const posts = made.map(submission)
  const reads = Array.from({ length: read }, (_, at) =>
    getRequest(paths[at % paths.length] ?? leaf),
  )
  const listings = Array.from({ length: Math.ceil(read / 10) }, () => getRequest(leaf))
  return [
    { says: 'POST by 64 clients', requests: posts.slice(0, many), clients: 64, status: 201 },
    { says: 'POST by one client', requests: posts.slice(many), clients: 1, status: 201 },
    { says: 'read of one certification', requests: reads, clients: 8, status: 200 },
    { says: 'listing of 200', requests: listings, clients: 8, status: 200 },
  ]
}

async function costOf(node: NodeProcess, { requests, clients, status }: Work): Promise<number> {
  const { cpuSeconds } = node.usage()
  await sendAll(node.url, requests, { clients, expect: [status] })
  return ((node.usage().cpuSeconds - cpuSeconds) * 1000) / requests.length
}
