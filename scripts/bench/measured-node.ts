import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sized } from './sized.ts'

/** What the main thread of a node did for one question. */
export interface Cost {
  /** Milliseconds of CPU between two turns of its event loop, the longest; and in all. */
  readonly longest: number
  readonly whole: number
  /** Signatures verified there, and in other threads. */
  readonly verified: number
  readonly inThreads: number
}

export interface MeasuredNode {
  readonly url: string
  readonly measure: (ask: () => Promise<void>) => Promise<Cost>
  /** Resolves when nothing is done any more behind what was asked. */
  readonly calm: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Who does less than this part of a moment does nothing; in milliseconds. */
const MOMENT = sized(250, 5)
const NOTHING = sized(10, 4)

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/**
 * The built node in a process of its own, which says what its main thread does.
 * @param main that of another checkout, to compare
 */
export async function startMeasuredNode(
  data: string,
  more: readonly string[] = [],
  main = `${ROOT}dist/main.js`,
): Promise<MeasuredNode> {
  const program = ['--import', `${ROOT}scripts/main-thread.js`, main, 'serve']
  const flags = ['--http', '127.0.0.1:0', '--p2p', 'none', '--submissions-per-minute', '0']
  const child = spawn(process.execPath, [...program, '--data', data, ...flags, ...more, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  running.add(child)
  const ended = once(child, 'close').finally(() => running.delete(child))
  const { stdout } = child
  const said = stdout && (await Promise.race([once(stdout, 'data'), ended.then(() => undefined)]))
  const url = /"url":\s*"([^"]+)"/.exec(String(said?.[0]))?.[1]
  if (url === undefined) throw new Error('the node did not start')
  const tell = async (what: 'begin' | 'end'): Promise<unknown> => {
    child.send(what)
    const answers: readonly unknown[] = await once(child, 'message')
    return answers[0]
  }
  while ((await fetch(`${url}/ready`)).status !== 200) continue
  const measure: MeasuredNode['measure'] = async (ask) => {
    await tell('begin')
    await ask()
    const cost = await tell('end')
    if (!isCost(cost)) throw new Error('the node did not say what that cost')
    return cost
  }
  return {
    url,
    measure,
    calm: async () => {
      let [before, done] = [0, Infinity]
      while (done > NOTHING) {
        before = processorTime(child.pid)
        await sleep(MOMENT)
        done = processorTime(child.pid) - before
      }
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      if (child.exitCode !== 0) throw new Error(`the node ended with ${child.exitCode}`)
    },
  }
}

/** Of the main thread, in milliseconds, told by the kernel (proc(5), schedstat): to look from within costs more than nothing itself. */
const processorTime = (pid: number | undefined): number =>
  Number(readFileSync(`/proc/${pid ?? 0}/schedstat`, 'utf8').split(' ')[0]) / 1e6

const isCost = (value: unknown): value is Cost =>
  typeof value === 'object' && value !== null && 'longest' in value && 'inThreads' in value
