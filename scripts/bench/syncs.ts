import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { endsWithUs } from './ends-with-us.ts'
import { median } from './statistics.ts'

/** Milliseconds of one fdatasync after a write of 8 KiB in this folder: the floor of a lone submission. */
export function syncMilliseconds(folder: string): number {
  const path = join(folder, 'sync')
  const file = openSync(path, 'w')
  const times = Array.from({ length: 50 }, () => {
    writeSync(file, Buffer.alloc(8192, 1))
    const from = performance.now()
    fdatasyncSync(file)
    return performance.now() - from
  })
  closeSync(file)
  rmSync(path)
  return median(times)
}

/**
 * How often a process syncs while `work` runs, by strace, which slows it down.
 * @returns `undefined` where there is no strace or it may not look
 */
export async function countSyncs(
  pid: number,
  folder: string,
  work: () => Promise<unknown>,
): Promise<number | undefined> {
  if (spawnSync('strace', ['--version']).status !== 0) return undefined
  const path = join(folder, 'strace')
  const args = ['-f', '-e', 'trace=fsync,fdatasync', '-o', path, '-p', String(pid)]
  const strace = endsWithUs(spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] }))
  const ended = once(strace, 'close')
  // it says "attached" on stderr for the first thread
  const attached = await Promise.race([once(strace.stderr, 'data'), ended.then(() => undefined)])
  if (attached === undefined || !String(attached[0]).includes('attached')) return undefined
  await work()
  strace.kill('SIGINT')
  await ended
  return readFileSync(path, 'utf8').match(/\b(?:fsync|fdatasync)\(/g)?.length ?? 0
}
