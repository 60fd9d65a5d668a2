import { join } from 'node:path'
import { postRequest, sendAll } from './client.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { gnupg, openpgpDefault, writeFiles } from './rivals.ts'
import { KEY_MIX } from './signer.ts'
import { sized } from './sized.ts'
import { digits, median, percentile, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { countSyncs, syncMilliseconds } from './syncs.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const ROUNDS = sized(7, 1)
/** Certifications in a round by default: 64 clients, one client, each rival. */
const COUNT = sized(1500, 20)
const ALONE = sized(200, 5)
const RIVAL = sized(250, 4)
const WARM_UP = sized(4000, 20)

interface Sample {
  readonly perSecond: number
  /** Certifications for each second of CPU time. */
  readonly perCpuSecond: number
  readonly clientCpuSeconds?: number
  readonly milliseconds?: readonly number[]
}

/** Certifications a second through POST, against gpg and openpgp.js, interleaved in one run. */
export const submit = async (count = COUNT): Promise<string> =>
  inTemporaryFolder((folder) => measure(folder, count))

async function measure(folder: string, count: number): Promise<string> {
  const corpus = await openCorpus()
  const files = join(folder, 'files')
  writeFiles(files, corpus, await corpus.make(0, RIVAL * (ROUNDS + 1)))
  const rivals = [gnupg('gpg', files), gnupg('gpgv', files), openpgpDefault(files)].filter(
    (rival) => rival !== undefined,
  )
  const node = await startNode(join(folder, 'data'))
  await postKeys(node, corpus)
  const post = poster(node, corpus)
  await post(64, WARM_UP)
  for (const rival of rivals) await rival.verify(0, RIVAL)

  const samples = new Map<string, Sample[]>()
  const keep = (name: string, sample: Sample): void =>
    void samples.set(name, [...(samples.get(name) ?? []), sample])
  for (let round = 1; round <= ROUNDS; round += 1) {
    keep('node, 64 clients', await post(64, count))
    keep('node, 1 client', await post(1, ALONE))
    for (const rival of rivals) {
      const { seconds, cpuSeconds } = await rival.verify(round * RIVAL, RIVAL)
      keep(rival.name, { perSecond: RIVAL / seconds, perCpuSecond: RIVAL / cpuSeconds })
    }
  }
  const syncs = [
    await countSyncs(node.pid, folder, () => post(64, count)),
    await countSyncs(node.pid, folder, () => post(1, ALONE)),
  ]
  for (const rival of rivals) rival.close()
  await node.stop()
  return [
    `submit: ${ROUNDS} rounds, interleaved; ${count} certifications by 64 clients, ${ALONE} by one, ${RIVAL} by each rival`,
    `keys: ${KEY_MIX}`,
    '',
    ratesTable(samples),
    '',
    costTable(samples, { syncs, counts: [count, ALONE], disk: syncMilliseconds(folder) }),
  ].join('\n')
}

export async function postKeys(node: NodeProcess, corpus: Corpus): Promise<void> {
  const requests = corpus.signers.map(({ publicKey }) =>
    postRequest('/keys', Buffer.from(publicKey), 'application/pgp-keys'),
  )
  await sendAll(node.url, requests, { clients: 1, expect: [201] })
}

/** Makes new certifications and posts them; the making does not count. */
function poster(
  node: NodeProcess,
  corpus: Corpus,
): (clients: number, count: number) => Promise<Sample> {
  let made = 0
  return async (clients, count) => {
    const requests = (await corpus.make(made, count)).map(submission)
    made += count
    const [before, own] = [node.usage(), process.cpuUsage()]
    const { answers, seconds } = await sendAll(node.url, requests, { clients, expect: [201] })
    const { user, system } = process.cpuUsage(own)
    return {
      perSecond: count / seconds,
      perCpuSecond: count / (node.usage().cpuSeconds - before.cpuSeconds),
      clientCpuSeconds: (user + system) / 1e6 / count,
      milliseconds: answers.map(({ milliseconds }) => milliseconds),
    }
  }
}

function ratesTable(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const of = (name: string, field: 'perSecond' | 'perCpuSecond') =>
    (samples.get(name) ?? []).map((sample) => sample[field])
  const ours = samples.get('node, 64 clients') ?? []
  /** Of the same round, so that a slow minute hits both. */
  const ratio = (name: string, field: 'perSecond' | 'perCpuSecond') => {
    const theirs = of(name, field)
    return digits(median(ours.map((sample, at) => sample[field] / (theirs[at] ?? Number.NaN))))
  }
  return table(
    ['', 'per s', 'spread', 'per CPU s', 'spread', '64 clients : this', 'the same per CPU s'],
    [...samples.keys()].map((name) => [
      name,
      digits(median(of(name, 'perSecond'))),
      spread(of(name, 'perSecond'), digits),
      digits(median(of(name, 'perCpuSecond'))),
      spread(of(name, 'perCpuSecond'), digits),
      ratio(name, 'perSecond'),
      ratio(name, 'perCpuSecond'),
    ]),
  )
}

interface Costs {
  readonly syncs: readonly (number | undefined)[]
  readonly counts: readonly number[]
  readonly disk: number
}

function costTable(
  samples: ReadonlyMap<string, readonly Sample[]>,
  { syncs, counts, disk }: Costs,
): string {
  const rows = ['node, 64 clients', 'node, 1 client'].map((name, at) => {
    const taken = samples.get(name) ?? []
    const times = taken.flatMap(({ milliseconds }) => milliseconds ?? [])
    const sync = syncs[at]
    return [
      name,
      digits(percentile(times, 0.5)),
      digits(percentile(times, 0.99)),
      digits(median(taken.map(({ perCpuSecond }) => 1000 / perCpuSecond))),
      digits(median(taken.map(({ clientCpuSeconds }) => (clientCpuSeconds ?? 0) * 1000))),
      sync === undefined ? 'skipped: no strace' : digits(sync / (counts[at] ?? 1)),
    ]
  })
  const head = ['one POST', 'p50 ms', 'p99 ms', 'CPU ms of node', 'CPU ms of client', 'syncs']
  return `${table(head, rows)}\none fdatasync on this disk: ${digits(disk)} ms`
}
