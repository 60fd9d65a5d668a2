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
  const asked = readArguments(runs)
  if (asked === undefined) {
    const names = Object.keys(runs).join('|')
    process.stderr.write(
      `usage: npm run ${kind} -- [${names}] [--count N] [--only PART] [--short]\n`,
    )
    process.exit(64)
  }
  const { names: wanted, count, only } = asked
  if (!existsSync(new URL('../../dist/main.js', import.meta.url))) {
    process.stderr.write('Build the node first: npm run build\n')
    process.exit(78)
  }
  for (const name of wanted.length > 0 ? wanted : Object.keys(runs)) {
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
      process.stdout.write(`\n${await one.run(count, only)}\n`)
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

interface Asked {
  readonly names: readonly string[]
  readonly count?: number | undefined
  readonly only?: string | undefined
}

/** `undefined`: there is no such run, or no such option. */
function readArguments(runs: Readonly<Record<string, Run>>): Asked | undefined {
  try {
    const { positionals: names, values } = parseArgs({
      allowPositionals: true,
      options: {
        count: { type: 'string' },
        only: { type: 'string' },
        short: { type: 'boolean' },
      },
    })
    const { count, only } = values
    const isKnown = names.every((name) => Object.hasOwn(runs, name))
    const isCount =
      count === undefined || (Number.isSafeInteger(Number(count)) && Number(count) > 0)
    if (!isKnown || !isCount) return undefined
    return { names, count: count === undefined ? undefined : Number(count), only }
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
