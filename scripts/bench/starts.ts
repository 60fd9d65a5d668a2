import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startNode } from './node-process.ts'
import { processUsage } from './process-usage.ts'
import { sized } from './sized.ts'
import { digits, median } from './statistics.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const ROUNDS = sized(7, 1)
/** Of one kind in a round: CPU time comes in ticks of 10 ms. */
const STARTS = sized(20, 2)

const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const BARE = 'bare Node'
const WAYS: Readonly<Record<string, readonly string[]>> = {
  [BARE]: ['--eval', '0'],
  'countersign --version': [join(DIST, 'main.js'), '--version'],
  'countersign check --help': [join(DIST, 'main.js'), 'check', '--help'],
  "import 'countersign/check'": ['--eval', `import('${join(DIST, 'check', 'check.js')}')`],
}

/** CPU time of what starts again and again, against Node that does nothing; and of a node until it listens. */
export async function starts(): Promise<string> {
  const milliseconds = new Map<string, number[]>()
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, args] of Object.entries(WAYS))
      milliseconds.set(name, [...(milliseconds.get(name) ?? []), startsOf(args)])
  const bare = milliseconds.get(BARE) ?? []
  const rows = [...milliseconds].map(([name, found]) => [
    name,
    digits(median(found)),
    `${digits(median(found.map((one, at) => one / (bare[at] ?? one))))} ×`,
  ])
  return [
    `starts: ${ROUNDS} rounds of ${STARTS} of each, interleaved`,
    table(['', 'CPU ms', 'of bare Node'], rows),
    '',
    `a node with nothing in it, until it listens: ${digits(await nodeStart())} ms`,
  ].join('\n')
}

/** Of each, all its threads. */
function startsOf(args: readonly string[]): number {
  const before = childTicks()
  for (let at = 0; at < STARTS; at += 1) {
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`node ${args.join(' ')}: ${stderr}`)
  }
  return ((childTicks() - before) * 10) / STARTS
}

/** Of children that were waited for; proc(5): cutime and cstime are fields 16 and 17 of stat, in ticks of 10 ms. */
function childTicks(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[13]) + Number(fields[14])
}

async function nodeStart(): Promise<number> {
  return inTemporaryFolder(async (folder) => {
    const found: number[] = []
    for (let at = 0; at < ROUNDS; at += 1) {
      const node = await startNode(join(folder, String(at)), ['--p2p', 'none'])
      found.push(processUsage(node.pid).cpuSeconds * 1000)
      await node.stop()
    }
    return median(found)
  })
}
