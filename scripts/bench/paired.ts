import { join } from 'node:path'
import { type Client, openClient } from './client.ts'
import { openCorpus } from './corpus.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { makeCheapSigners } from './signer.ts'
import { sized } from './sized.ts'
import { digits, median, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

/** `dist/main.js` of another checkout; without it this one is compared with itself, which says how much is noise. */
const OTHER = process.env['BENCH_OTHER']
const ROUNDS = sized(12, 1)
/** The first rounds are those of young nodes, whose code is still being compiled. */
const YOUNG = sized(3, 0)
const COUNT = sized(192, 10)
const KEYS = sized(200, 10)

const WAYS = [
  { name: 'Debian, 64 clients', kind: 'debian', clients: 64 },
  { name: 'Debian, one client', kind: 'debian', clients: 1 },
  { name: 'JVM, 64 clients', kind: 'jvm', clients: 64 },
  { name: 'JVM, one client', kind: 'jvm', clients: 1 },
] as const

/** Processor time of one submission, of this program and of another one, turn and turn about with the same certifications. */
export async function paired(count = COUNT, only = ''): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const corpus = await openCorpus(await makeCheapSigners(KEYS))
    const nodes = [
      await startNode(join(folder, 'this')),
      await startNode(join(folder, 'other'), [], { program: OTHER }),
    ] as const
    for (const node of nodes) await postKeys(node, corpus)
    const rows: (readonly string[])[] = []
    let from = 0
    for (const way of WAYS.filter(({ name }) => name.startsWith(only))) {
      const pairs: (readonly [number, number])[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const requests = (await corpus.makeDiverse(way.kind, { from, count })).map(submission)
        from += count
        pairs.push(await both(nodes, requests, way.clients))
      }
      rows.push([way.name, ...told(pairs.slice(YOUNG))])
    }
    for (const node of nodes) await node.stop()
    return [
      `paired: with ${OTHER ?? 'itself'}; ${ROUNDS - YOUNG} rounds of ${count}, turn and turn about; ms of CPU for each, all threads`,
      table(['', 'this', 'spread', 'other', 'spread', 'this : other', 'spread'], rows),
    ].join('\n')
  })
}

/** As many at once as it has clients, by each in turn: whatever else the machine does then hinders both alike. */
async function both(
  nodes: readonly [NodeProcess, NodeProcess],
  requests: readonly Buffer[],
  clients: number,
): Promise<readonly [number, number]> {
  const open = await Promise.all(
    nodes.map(({ url }) => Promise.all(Array.from({ length: clients }, () => openClient(url)))),
  )
  const before = nodes.map((node) => node.usage().cpuSeconds)
  for (let at = 0; at < requests.length; at += clients) {
    const some = requests.slice(at, at + clients)
    const turns = (at / clients) % 2 === 0 ? open : open.toReversed()
    for (const ours of turns)
      await Promise.all(some.map((request, one) => taken(ours[one], request)))
  }
  const [own = Number.NaN, other = Number.NaN] = nodes.map(
    (node, at) => ((node.usage().cpuSeconds - (before[at] ?? Number.NaN)) * 1000) / requests.length,
  )
  for (const one of open.flat()) one.close()
  return [own, other]
}

async function taken(client: Client | undefined, request: Buffer): Promise<void> {
  const answer = await client?.exchange(request)
  if (answer?.status !== 201) throw new Error(`${answer?.status} ${answer?.body.toString()}`)
}

function told(pairs: readonly (readonly [number, number])[]): readonly string[] {
  const columns = [
    pairs.map(([own]) => own),
    pairs.map(([, other]) => other),
    pairs.map(([own, other]) => own / other),
  ]
  return columns.flatMap((values) => [digits(median(values)), spread(values, digits)])
}
