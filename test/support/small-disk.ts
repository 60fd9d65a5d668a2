import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

export interface SmallDisk {
  /** A folder on it, for a node. */
  readonly data: string
  /** Fills it to the last byte. */
  readonly fill: () => void
  /** Gives back what filled it. */
  readonly free: () => void
  /** Mounts it read-only over itself, which its open files do not hinder: these alone can be written still. */
  readonly seal: () => void
  readonly unseal: () => void
}

function run(command: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr)
}

/** Only root can mount; `undefined` if this process can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has tmpfs'
  if (process.getuid?.() !== 0) return 'only root can mount'
  return run('unshare', ['--mount', 'true'])
}

/** A disk of its own in memory, until the test has finished. */
export async function smallDisk(mebibytes: number): Promise<SmallDisk> {
  const path = await temporaryDirectory()
  let mounts = 0
  const mount = (...args: readonly string[]): void => {
    const failure = run('mount', [...args, path])
    if (failure !== undefined) throw new Error(failure)
  }
  mount('-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs')
  mounts += 1
  const ballast = openSync(join(path, 'ballast'), 'w')
  onTestFinished(() => {
    closeSync(ballast)
    for (; mounts > 0; mounts -= 1) run('umount', ['--lazy', path])
  })
  const data = join(path, 'data')
  mkdirSync(data)
  const piece = Buffer.alloc(4096, 1)
  return {
    data,
    fill: () => {
      const { bavail } = statfsSync(path)
      try {
        for (let at = 0; at <= bavail; at += 1) writeSync(ballast, piece)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    },
    free: () => ftruncateSync(ballast, 0),
    seal: () => {
      mount('--bind', path)
      mounts += 1
      mount('-o', 'remount,bind,ro')
    },
    unseal: () => mount('-o', 'remount,bind,rw'),
  }
}
