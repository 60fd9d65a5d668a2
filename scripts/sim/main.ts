/*
 * npm run sim [-- --nodes N] [--hours N] [--runs N] [--json]: a thousand nodes that come and go, and how many of them stay one mesh.
 * What they tell, remember and dial is decided by the code of src/network/exchange; see world.ts for what is left out.
 */
import { parseArgs } from 'node:util'
import { openProgress } from '../../src/cli/terminal/progress.ts'
import { table } from '../bench/table.ts'
import { type Outcome, type Scenario, simulate } from './scenario.ts'

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1000' },
    hours: { type: 'string', default: '3' },
    runs: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

/** @throws Error in a sentence */
function numberOf(name: 'nodes' | 'hours' | 'runs', least: number): number {
  const number = Number(values[name])
  if (!(Number.isFinite(number) && number >= least))
    throw new Error(`--${name} must be a number from ${least} on, not "${values[name]}"`)
  return number
}

const WORLDS: readonly Pick<Scenario, 'name' | 'attackers' | 'churn'>[] = [
  { name: 'nobody leaves', attackers: 0, churn: 0 },
  { name: '30 % leave and come each hour', attackers: 0, churn: 0.3 },
  { name: 'the same, and 10 % are attackers', attackers: 0.1, churn: 0.3 },
]

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`

async function run(): Promise<void> {
  const [nodes, hours, runs] = [numberOf('nodes', 10), numberOf('hours', 0.1), numberOf('runs', 1)]
  const found: (Outcome & { readonly name: string })[] = []
  const progress = await openProgress(
    { write: (text) => void process.stderr.write(text), terminal: process.stderr.isTTY },
    'simulating',
  )
  const all = WORLDS.length * runs
  for (const world of WORLDS)
    for (let seed = 1; seed <= runs; seed++) {
      const done = found.length
      const outcome = await simulate({ ...world, nodes, hours, seed }, (part) =>
        progress.show(Math.floor(1000 * (done + part)), 1000 * all),
      )
      found.push({ name: world.name, ...outcome })
    }
  progress.stop()
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ nodes, hours, runs, found })}\n`)
    return
  }
  const rows = found.map(({ name, worst, median, bytes, dials, links }) => [
    name,
    percent(worst),
    percent(median),
    links.toFixed(1),
    dials.toFixed(1),
    `${(bytes / 1024).toFixed(0)} kB`,
  ])
  const head = ['', 'one mesh, at worst', 'in the middle', 'links', 'dials/h', 'told/h']
  process.stdout.write(
    `${nodes} nodes, ${hours} h after all have come, 6 connections kept\n\n${table(head, rows)}\n`,
  )
}

await run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
