import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { getRequest, openClient } from './client.ts'
import { endsWithUs } from './ends-with-us.ts'
import { processUsage, type Usage } from './process-usage.ts'

export interface NodeProcess {
  readonly url: string
  /** By which others peer with it; empty if it listens for none. */
  readonly address: string
  readonly pid: number
  /** From the start of the process until /ready said yes, in seconds. */
  readonly startSeconds: number
  usage(): Usage
  /** SIGTERM, and to its clean end. */
  stop(): Promise<void>
  /** SIGKILL, and to its end. */
  kill(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** That of another checkout, to compare. */
const PROGRAM = process.env['BENCH_PROGRAM'] ?? `${ROOT}dist/main.js`

export interface Where {
  /** That of another checkout, to compare. */
  readonly program?: string | undefined
  /** Another machine: the beginning of a command that is run there, which becomes what it runs, and the address by which its door is reached. */
  readonly machine?: { readonly inside: readonly string[]; readonly door: string } | undefined
}

/**
 * The built node, in a process of its own, with default settings but for the limit on submissions.
 * @param more without --p2p it has no peers, without --submissions-per-minute no limit on them, without --http a free port of loopback
 */
export async function startNode(
  data: string,
  more: readonly string[] = [],
  { program = PROGRAM, machine }: Where = {},
): Promise<NodeProcess> {
  const from = performance.now()
  const flags = [
    '--data',
    data,
    ...without('--http', '127.0.0.1:0', more),
    ...without('--submissions-per-minute', '0', more),
    ...without('--p2p', 'none', more),
    ...more,
  ]
  const node = [...(process.env['BENCH_NODE_FLAGS']?.split(' ') ?? []), program]
  const [command, ...args] = [...(machine?.inside ?? []), process.execPath, ...node, 'serve']
  const child = endsWithUs(
    spawn(command, [...args, ...flags, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  const ended = once(child, 'close')
  const said = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)])
  const { pid } = child
  if (said === undefined || pid === undefined) throw new Error('the node did not start')
  const own = /"url":\s*"([^"]+)"/.exec(String(said[0]))?.[1] ?? ''
  const url = machine === undefined ? own : `http://${machine.door}:${new URL(own).port}`
  const address = /"addresses":\s*\[\s*"([^"]+)"/.exec(String(said[0]))?.[1] ?? ''
  await ready(url)
  return {
    url,
    address,
    pid,
    startSeconds: (performance.now() - from) / 1000,
    usage: () => processUsage(pid),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      if (child.exitCode !== 0) throw new Error(`the node ended with ${child.exitCode}`)
    },
  }
}

const without = (name: string, value: string, flags: readonly string[]): readonly string[] =>
  flags.includes(name) ? [] : [name, value]

async function ready(url: string): Promise<void> {
  const client = await openClient(url)
  while ((await client.exchange(getRequest('/ready'))).status !== 200) continue
  client.close()
}
