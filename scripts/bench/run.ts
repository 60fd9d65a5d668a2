/* How bench and fault runs are started: by name, each within its time. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isShort } from './sized.ts'

export interface Run {
  /**
   * @param count how much it makes; as usual if absent
   * @param only the part of it whose name begins so; all if absent
   */
  readonly run: (count?: number, only?: string) => Promise<string>
  /** As usual it takes less; if it takes more, it hangs. */
  readonly minutes: number
}

/** Of a short form, on a machine where others work too. */
const SHORT_SECONDS = 180

/**
 * Reads `[NAME…] [--count N] [--only PART] [--short]` and runs what it names, or all, one after the other; ends the process with 1 when
 * one fails or hangs, with 64 when the arguments are wrong.
 */
export async function runNamed(
  kind: 'bench' | 'faults',
  runs: Readonly<Record<string, Run>>,
): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string' },
      only: { type: 'string' },
      short: { type: 'boolean' },
    },
  })
  const unknown = positionals.find((name) => !(name in runs))
  const count = values.count === undefined ? undefined : Number(values.count)
  if (
    unknown !== undefined ||
    (count !== undefined && !(Number.isSafeInteger(count) && count > 0))
  ) {
    const names = Object.keys(runs).join('|')
    process.stderr.write(
      `usage: npm run ${kind} -- [${names}] [--count N] [--only PART] [--short]\n`,
    )
    process.exit(64)
  }
  if (!existsSync(new URL('../../dist/main.js', import.meta.url))) {
    process.stderr.write('Build the node first: npm run build\n')
    process.exit(78)
  }
  for (const name of positionals.length > 0 ? positionals : Object.keys(runs)) {
    const one = runs[name]
    if (one === undefined) continue
    // many more than usual may take longer than usual
    const seconds = isShort ? SHORT_SECONDS : count === undefined ? one.minutes * 60 : Infinity
    const timer = Number.isFinite(seconds) ? setTimeout(hangs, seconds * 1000) : undefined
    function hangs(): void {
      process.stderr.write(
        `npm run ${kind} -- ${name} has not ended within ${seconds} s: it hangs\n`,
      )
      process.exit(1)
    }
    try {
      process.stdout.write(`\n${await one.run(count, values.only)}\n`)
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      process.stderr.write(`npm run ${kind} -- ${name} failed: ${what}\n`)
      process.exit(1)
    }
    clearTimeout(timer)
  }
  // whatever they left open is of no use any more
  process.exit(0)
}
