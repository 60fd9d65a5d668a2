import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const MAIN = `${ROOT}dist/main.js`
export const HELLO = `${ROOT}test/data/hello`
export const JVM = `${ROOT}test/data/jvm/signed`

/** A child that takes longer has hung. */
const PATIENCE_MS = 60_000

let built = false

/** dist/ as the sources are now; nothing to do if it is. */
export function build(): void {
  if (built) return
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.js'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the build failed: ${stderr}`)
  built = true
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly child: ChildProcess
  /** What it has said so far. */
  said(): { readonly out: string; readonly err: string }
  readonly ended: Promise<Ended>
}

export interface Surroundings {
  readonly stdin?: Uint8Array | string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** In milliseconds; as usual if absent. */
  readonly patience?: number
  /** Takes what kills it; as usual that is done when the test has finished. */
  readonly onEnd?: (end: () => Promise<unknown>) => void
}

/** Any program, killed when the test has finished if nothing else is said. */
export function start(
  program: string,
  args: readonly string[],
  around: Surroundings = {},
): Running {
  const child = spawn(program, args, {
    cwd: around.cwd ?? ROOT,
    env: { ...process.env, ...around.env },
    timeout: around.patience ?? PATIENCE_MS,
    killSignal: 'SIGKILL',
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  child.stdin.on('error', () => undefined) // it need not read all of it
  child.stdin.end(around.stdin ?? '')
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode,
    signal: child.signalCode,
    out,
    err,
  }))
  const end = (): Promise<Ended> => {
    child.kill('SIGKILL')
    return ended
  }
  if (around.onEnd === undefined) onTestFinished(() => void end())
  else around.onEnd(end)
  return { child, said: () => ({ out, err }), ended }
}

/** `countersign ARGS`, to its end. */
export function countersign(args: readonly string[], around: Surroundings = {}): Promise<Ended> {
  build()
  return start(process.execPath, [MAIN, ...args], around).ended
}

export interface StartedNode extends Running {
  readonly url: string
  /** Milliseconds from the signal to its end, and how it ended. */
  stop(signal: NodeJS.Signals): Promise<Ended & { readonly milliseconds: number }>
}

/** `countersign serve` on a free port, once it listens. */
export async function startNode(
  data: string,
  flags: readonly string[] = [],
  around: Surroundings = {},
): Promise<StartedNode> {
  build()
  const args = [
    MAIN,
    'serve',
    '--data',
    data,
    '--http',
    '127.0.0.1:0',
    ...loopback(flags),
    ...flags,
  ]
  const node = start(process.execPath, args, around)
  const url = await Promise.race([firstUrl(node), node.ended])
  if (typeof url !== 'string') throw new Error(`the node ended with ${url.code}: ${url.err}`)
  return {
    ...node,
    url,
    async stop(signal) {
      const from = performance.now()
      node.child.kill(signal)
      const ended = await node.ended
      return { ...ended, milliseconds: performance.now() - from }
    },
  }
}

/** A test is no node of the world: unless it says otherwise it listens for peers on loopback only. */
const loopback = (flags: readonly string[]): readonly string[] =>
  flags.includes('--p2p') ? [] : ['--p2p', '/ip4/127.0.0.1/tcp/0']

async function firstUrl(node: Running): Promise<string> {
  for (;;) {
    const url = /http:\/\/[\w.:[\]]+:\d+/.exec(node.said().out)?.[0]
    if (url !== undefined) return url
    await once(node.child.stdout!, 'data')
  }
}
