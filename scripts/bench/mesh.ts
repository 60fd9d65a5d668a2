import { type Mesh, openMesh } from '../mesh/mesh.ts'
import { whyNoNamespaces } from '../mesh/namespaces.ts'
import { everywhere, take } from '../mesh/questions.ts'
import { openStar, type Star, untilJoined } from '../mesh/star.ts'
import { type Corpus, openCorpus } from './corpus.ts'
import { isShort, sized } from './sized.ts'
import { makeCheapSigners } from './signer.ts'
import { digits, percentile } from './statistics.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const SIZES = isShort ? [3] : [7, 20]
const COUNT = sized(20, 1)
/** Until all have what one took before anybody dies, and until they have it afterwards, in milliseconds. */
const PATIENCE = 60_000
const LOST = 180_000

const WAYS = ['kill', 'silence'] as const
type Way = (typeof WAYS)[number]

interface Part {
  readonly name: string
  readonly size: number
  readonly way: Way
  readonly isBare: boolean
}

const PARTS: readonly Part[] = WAYS.flatMap((way) =>
  SIZES.flatMap((size) =>
    [false, true].map((isBare) => ({
      name: `${way}, ${size} nodes${isBare ? ', connected with the hub alone' : ''}`,
      size,
      way,
      isBare,
    })),
  ),
)

/** Seconds from the end of a hub until what a leaf takes at that moment can be asked for at every other one. */
export async function mesh(count = COUNT, only = ''): Promise<string> {
  const corpus = await openCorpus(await makeCheapSigners(3))
  const why = whyNoNamespaces()
  const rows: (readonly string[])[] = []
  for (const part of PARTS.filter(({ name }) => name.startsWith(only))) {
    if (part.way === 'silence' && why !== undefined) {
      process.stderr.write(`${part.name}: skipped, ${why}\n`)
      continue
    }
    const seconds: number[] = []
    // a star that is connected with its hub alone is none any more when it has healed
    const times = part.isBare ? 1 : count
    while (seconds.length < count)
      seconds.push(
        ...(await inTemporaryFolder((folder) => runsOf(part, { corpus, folder, times }))),
      )
    rows.push([part.name, String(seconds.length), ...figures(seconds)])
  }
  return [
    `mesh: ${count} runs of each${why === undefined ? '' : `, on loopback: ${why}`}`,
    table(['from the end of the hub', 'runs', 'p50 s', 'p99 s', 'largest s'], rows),
  ].join('\n')
}

const figures = (seconds: readonly number[]): readonly string[] =>
  [percentile(seconds, 0.5), percentile(seconds, 0.99), Math.max(...seconds)].map(digits)

interface Setting {
  readonly corpus: Corpus
  readonly folder: string
  /** How often the hub ends. */
  readonly times: number
}

/** Seconds of each. */
async function runsOf(part: Part, { corpus, folder, times }: Setting): Promise<readonly number[]> {
  const machines = await openMesh({ count: part.size, folder })
  const seconds: number[] = []
  try {
    let star = await openStar(machines, part.size, part.isBare)
    for (let run = 0; run < times; run += 1) {
      if (run > 0) star = await revived(machines, star, part.way)
      seconds.push(await healing(machines, star, { way: part.way, corpus, run }))
      process.stderr.write(`${part.name}: ${digits(seconds.at(-1) ?? 0)} s\n`)
    }
    return seconds
  } finally {
    await machines.close()
  }
}

/** Its hub is there again. */
async function revived(machines: Mesh, { hub, ...star }: Star, way: Way): Promise<Star> {
  const leaves = star.leaves.map(({ at }) => at)
  machines.namespaces?.heal([hub.at], leaves)
  const again = { ...star, hub: way === 'kill' ? await machines.start(hub.at) : hub }
  await untilJoined(again)
  return again
}

/** Seconds from the end of the hub until all other leaves have what one takes then. */
async function healing(
  { namespaces }: Mesh,
  { hub, leaves }: Star,
  { way, corpus, run }: { readonly way: Way; readonly corpus: Corpus; readonly run: number },
): Promise<number> {
  const [before, made] = await corpus.makeOf('debian', { from: 2 * run, count: 2 })
  const leaf = leaves[run % leaves.length]
  if (leaf === undefined || before === undefined || made === undefined) throw new Error('too few')
  const others = leaves.filter((one) => one !== leaf)
  // all sessions are open, all threads have started
  await everywhere([hub, ...others], await take(leaf, before), PATIENCE)
  const from = performance.now()
  if (way === 'kill') await hub.process.kill()
  else
    namespaces?.cut(
      [hub.at],
      leaves.map(({ at }) => at),
    )
  await everywhere(others, await take(leaf, made), LOST)
  return (performance.now() - from) / 1000
}
