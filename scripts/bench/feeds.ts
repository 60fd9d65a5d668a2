import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endsWithUs } from './ends-with-us.ts'
import { type NodeProcess, startNode } from './node-process.ts'
import { sized } from './sized.ts'
import { digits } from './statistics.ts'
import { table } from './table.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const COUNT = sized(200, 4)
const BLOCKS = sized(20, 2)
/** What is freed is freed by then, in milliseconds. */
const SETTLE = sized(10_000, 100)
const MEBIBYTE = 1024 * 1024

/** Memory and open files of a node that copies many feeds, and of one that copies none. */
export async function feeds(count = COUNT): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const alone = await startNode(join(folder, 'alone'), ['--p2p', '/ip4/127.0.0.1/tcp/0'])
    await sleep(SETTLE)
    const without = usageOf(alone)
    await alone.stop()
    const file = fileURLToPath(new URL('feed-offerer.ts', import.meta.url))
    mkdirSync(join(folder, 'offerer'))
    const args = [join(folder, 'offerer'), String(count), String(BLOCKS)]
    const child = endsWithUs(
      spawn(process.execPath, ['--import', 'tsx', file, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    const said: readonly unknown[] = await once(child.stdout, 'data')
    const data = join(folder, 'data')
    const flags = ['--p2p', '/ip4/127.0.0.1/tcp/0', '--peer', String(said[0]).trim()]
    const node = await startNode(data, flags)
    while ((await here(node)) < count * (BLOCKS + 1)) await sleep(100)
    await sleep(SETTLE)
    const following = usageOf(node)
    await node.stop()
    const again = await startNode(data, flags)
    await sleep(SETTLE)
    const restarted = usageOf(again)
    await again.stop()
    child.kill('SIGKILL')
    return [
      `feeds: ${count} replicas of ${BLOCKS + 1} blocks each, by one peer`,
      table(
        ['', 'RSS MiB', 'open files'],
        [
          ['no replica', ...without],
          [`${count} replicas, just copied`, ...following],
          [`${count} replicas, after a restart`, ...restarted],
        ],
      ),
    ].join('\n')
  })
}

function usageOf(node: NodeProcess): readonly string[] {
  const files = readdirSync(`/proc/${node.pid}/fd`).length
  return [digits(node.usage().rssBytes / MEBIBYTE), String(files)]
}

async function here({ url }: NodeProcess): Promise<number> {
  const text = await (await fetch(`${url}/status`)).text()
  return Number(/"blocks":\{[^}]*"here":(\d+)/.exec(text)?.[1])
}
