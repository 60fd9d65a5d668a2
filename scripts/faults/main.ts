/* npm run faults [-- kill|partition] [--count N]: breaks real nodes and says what became of what they had acknowledged. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { kill } from './kill.ts'
import { partition } from './partition.ts'

const FAULTS: Readonly<Record<string, (count?: number) => Promise<string>>> = { kill, partition }

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' } },
})
const unknown = positionals.find((name) => !(name in FAULTS))
const count = values.count === undefined ? undefined : Number(values.count)
if (unknown !== undefined || (count !== undefined && !(Number.isSafeInteger(count) && count > 0))) {
  process.stderr.write(`usage: npm run faults -- [${Object.keys(FAULTS).join('|')}] [--count N]\n`)
  process.exit(64)
}
if (!existsSync(new URL('../../dist/main.js', import.meta.url))) {
  process.stderr.write('Build the node first: npm run build\n')
  process.exit(78)
}
for (const name of positionals.length > 0 ? positionals : Object.keys(FAULTS))
  process.stdout.write(`${(await FAULTS[name]?.(count)) ?? ''}\n\n`)
