/* npm run bench [-- submit|read|pages|costs|growth|sync|latency|feeds|check] [--count N]: prints tables, leaves nothing behind. */
import { existsSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { check } from './check.ts'
import { costs } from './costs.ts'
import { feeds } from './feeds.ts'
import { growth } from './growth.ts'
import { latency } from './latency.ts'
import { pages } from './pages.ts'
import { read } from './read.ts'
import { submit } from './submit.ts'
import { sync } from './sync.ts'

const FIGURES: Readonly<Record<string, (count?: number) => Promise<string>>> = {
  submit,
  read,
  pages,
  costs,
  growth,
  sync,
  latency,
  feeds,
  check,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' } },
})
const unknown = positionals.find((name) => !(name in FIGURES))
const count = values.count === undefined ? undefined : Number(values.count)
if (unknown !== undefined || (count !== undefined && !(Number.isSafeInteger(count) && count > 0))) {
  process.stderr.write(`usage: npm run bench -- [${Object.keys(FIGURES).join('|')}] [--count N]\n`)
  process.exit(64)
}
if (!existsSync(new URL('../../dist/main.js', import.meta.url))) {
  process.stderr.write('Build the node first: npm run build\n')
  process.exit(78)
}
const processors = cpus()
process.stdout.write(
  `Node ${process.version}, Linux ${release()}, ${processors.length} × ${processors[0]?.model.trim() ?? 'processor'}\n`,
)
for (const name of positionals.length > 0 ? positionals : Object.keys(FIGURES)) {
  process.stdout.write(`\n${(await FIGURES[name]?.(count)) ?? ''}\n`)
}
