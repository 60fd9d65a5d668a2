import { join } from 'node:path'
import { check as ask, type Policy, type Subject } from '../../src/check/check.ts'
import { fileNamesOf } from '../../src/certification/artifact-name.ts'
import { getRequest, sendAll } from './client.ts'
import { type Made, openCorpus } from './corpus.ts'
import { startNode } from './node-process.ts'
import { sized } from './sized.ts'
import { digits, median, spread } from './statistics.ts'
import { submission } from './submission.ts'
import { postKeys } from './submit.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const COUNT = sized(1_000, 10)
const OPERATORS = 3
const ROUNDS = sized(5, 1)

/** So many packages by a policy of three operators who certified them all, against a request for each of each. */
export async function check(count = COUNT): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const corpus = await openCorpus()
    // of the kinds that are most in use: two RSA, one Ed25519
    const signers = [0, 0.1, 0.45]
      .map((part) => corpus.signers[Math.floor(corpus.signers.length * part)])
      .filter((one) => one !== undefined)
    const node = await startNode(join(folder, 'data'))
    await postKeys(node, corpus)
    const builds = await corpus.makeBuilds(count, signers)
    await sendAll(node.url, builds.flat().map(submission), { clients: 16, expect: [201] })
    const subjects = builds.flatMap(([made]) => (made === undefined ? [] : [subjectOf(made)]))
    const policy = policyOf(signers.map(({ fingerprint }) => fingerprint))
    const [ours, theirs]: number[][] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      ours?.push(await seconds(() => checked(subjects, policy, node.url)))
      theirs?.push(await seconds(() => roundTrips(subjects, policy, node.url)))
    }
    await node.stop()
    const [mine, rival] = [ours ?? [], theirs ?? []]
    const ratio = median(mine.map((time, at) => (rival[at] ?? Number.NaN) / time))
    return [
      `check: ${count} packages, ${OPERATORS} operators who certified each; ${ROUNDS} rounds, interleaved`,
      table(
        ['', 's', 'spread', 'ms a package'],
        [
          ['check, every signature verified', ...row(mine, count)],
          ['one request a package and operator, nothing verified', ...row(rival, count)],
        ],
      ),
      `check takes 1/${digits(ratio)} of that`,
    ].join('\n')
  })
}

const row = (times: readonly number[], count: number): readonly string[] => [
  digits(median(times)),
  spread(times, digits),
  digits((median(times) * 1000) / count),
]

const subjectOf = ({ artifact: { name, hex } }: Made): Subject => ({
  name,
  names: fileNamesOf(name),
  checksums: { sha256: hex },
})

function policyOf(fingerprints: readonly string[]): Policy {
  return {
    threshold: fingerprints.length,
    operators: fingerprints.map((key, at) => ({ name: String(at), keys: [key] })),
    rules: [],
    contradiction: 'block',
    unreachable: 'block',
    insufficient: 'block',
    unknown: 'block',
    nodes: [],
  }
}

async function checked(subjects: readonly Subject[], policy: Policy, url: string): Promise<void> {
  const { results } = await ask(subjects, { policy, nodes: [url] })
  const wrong = results.find(({ verdict }) => verdict !== 'reproduced')
  if (wrong !== undefined) throw new Error(`${wrong.subject.name} is ${wrong.verdict}`)
}

/** What a client does that asks every rebuilder for every package, one after the other over one connection. */
async function roundTrips(
  subjects: readonly Subject[],
  policy: Policy,
  url: string,
): Promise<void> {
  const questions = subjects.flatMap(({ name }) =>
    policy.operators.map(({ keys }) =>
      getRequest(`/certifications?artifact=${encodeURIComponent(name)}&rebuilder=${keys[0] ?? ''}`),
    ),
  )
  await sendAll(url, questions, { clients: 1, expect: [200] })
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}
