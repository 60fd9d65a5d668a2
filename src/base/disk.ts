/*
 * Whether a node can write. It stops before the disk is full: behind the last that it takes there is a reserve, for what
 * was taken and is not followed yet, and for what LevelDB and RocksDB write of their own accord. A write that failed
 * all the same stops everything until the stores were opened again, as after a crash.
 */
import { randomBytes } from 'node:crypto'
import { access, constants, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DiskCause,
  diskCauseOf,
  DiskUnwritableError,
  diskSentence,
  isDamage,
} from './disk-error.ts'
import { StorageError } from './errors.ts'
import type { Logger } from './logger.ts'
import { makeSignal } from './signal.ts'

export interface DiskFault {
  readonly cause: DiskCause
  /** One sentence for anybody. */
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly since: number
}

export interface Disk {
  /** Why nothing is taken now; `undefined`: it is. */
  readonly fault: () => DiskFault | undefined
  /** Has a write failed? Then the stores must be opened again. */
  readonly isBroken: () => boolean
  /** @throws DiskUnwritableError */
  readonly check: () => Promise<void>
  /** Writes as far as there is room. @throws DiskUnwritableError, also for what a store said; what `work` throws */
  readonly writing: <T>(
    work: () => Promise<T>,
    settings?: { readonly mayUseReserve: boolean },
  ) => Promise<T>
  /** A write has failed: nothing is taken until {@link Disk.mended}. Anything but a StorageError is no affair of the disk. */
  readonly failed: (error: unknown) => void
  /** Can a file be written and synced, and is there more than the reserve? */
  readonly probe: () => Promise<boolean>
  /** The stores were opened again. */
  readonly mended: () => void
  /** Calls back whenever it begins or ends to take something. */
  readonly onChanged: (listener: () => void) => () => void
  readonly close: () => void
}

const MEBIBYTE = 1024 * 1024
/** What stays free of a large disk; of a small one a sixteenth. */
const RESERVE = 128 * MEBIBYTE
const SHARE = 16
/** How old an answer of the system may be, in milliseconds, and how often it is asked when nobody writes. */
const FRESH = 100
const LOOK_EVERY = 1000
const PROBE_BYTES = 256 * 1024
const FOLDERS = ['', 'state', 'feeds', 'indexes'] as const

/**
 * Watches whether the disk takes what is written. Whoever opens it closes it, which ends the watching.
 * @param directory the data folder; it need not be there yet
 */
export function openDisk(directory: string, logger: Pick<Logger, 'error' | 'warn' | 'info'>): Disk {
  let broken: DiskFault | undefined
  let short: DiskFault | undefined
  let looked = 0
  let looking: Promise<void> | undefined
  const changed = makeSignal((error) =>
    logger.error({ err: error }, 'who waits for the disk has failed'),
  )
  const fault = (): DiskFault | undefined => broken ?? short

  async function look(): Promise<void> {
    const cause = await whyNot(directory)
    looked = performance.now()
    if (cause === short?.cause) return
    short = cause && faultOf(cause)
    if (cause === undefined) logger.info('the disk can be written again')
    else if (cause === 'ENOSPC')
      logger.error({ cause }, 'the disk is nearly full: nothing more is taken')
    else logger.error({ cause }, 'the disk can only be read: nothing more is taken')
    changed.emit()
  }

  const lookOnce = (): Promise<void> => (looking ??= look().finally(() => (looking = undefined)))
  const timer = setInterval(() => void lookOnce(), LOOK_EVERY)
  timer.unref()

  function failed(error: unknown): void {
    if (!isFailedWrite(error) || broken !== undefined) return
    broken = faultOf(diskCauseOf(error) ?? short?.cause ?? 'UNKNOWN')
    logger.error({ err: error, cause: broken.cause }, 'a write has failed: nothing more is taken')
    if (broken.cause === 'UNKNOWN') void diagnose()
    changed.emit()
  }

  /** hypercore does not say why. */
  async function diagnose(): Promise<void> {
    const cause = (await whyNot(directory)) ?? (await tryToWrite(directory))
    if (cause === undefined || broken === undefined) return
    broken = { ...faultOf(cause), since: broken.since }
    logger.error({ cause }, 'why the disk takes nothing')
  }

  async function check(mayUseReserve = false): Promise<void> {
    if (performance.now() - looked > FRESH) await lookOnce()
    const now = mayUseReserve && short?.cause === 'ENOSPC' ? broken : fault()
    if (now !== undefined) throw new DiskUnwritableError(now.cause, now.reason)
  }

  return {
    fault,
    isBroken: () => broken !== undefined,
    check: () => check(),
    writing: async (work, settings) => {
      await check(settings?.mayUseReserve)
      try {
        return await work()
      } catch (error) {
        if (!isFailedWrite(error)) throw error
        failed(error)
        const cause = broken?.cause ?? 'UNKNOWN'
        throw new DiskUnwritableError(cause, diskSentence(cause), { cause: error })
      }
    },
    failed,
    probe: async () => ((await whyNot(directory)) ?? (await tryToWrite(directory))) === undefined,
    mended: () => {
      broken = undefined
      logger.info('the disk takes writes again')
      changed.emit()
    },
    onChanged: changed.subscribe,
    close: () => clearInterval(timer),
  }
}

const faultOf = (cause: DiskCause): DiskFault => ({
  cause,
  reason: diskSentence(cause),
  since: Date.now(),
})

/** What `check` refused has no cause: nothing was written. */
function isFailedWrite(error: unknown): error is StorageError {
  if (error instanceof DiskUnwritableError) return error.cause !== undefined
  return error instanceof StorageError && error.code === 'DISK' && !isDamage(error)
}

/**
 * What the system says of any of the disks that its folders lie on, before anything is written: what is open goes on for a
 * while where a disk has become read-only. A disk that cannot be asked is found out by writing.
 */
async function whyNot(directory: string): Promise<'ENOSPC' | 'EROFS' | undefined> {
  const paths = FOLDERS.map((folder) => join(directory, folder))
  const causes = await Promise.all(
    paths.map(async (path) =>
      (await isReadOnly(path)) ? 'EROFS' : (await isBelowReserve(path)) ? 'ENOSPC' : undefined,
    ),
  )
  return causes.find((cause) => cause !== undefined)
}

/** Of the disk, not of who may write there. */
const isReadOnly = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => false,
    (error: unknown) => diskCauseOf(error) === 'EROFS',
  )

async function isBelowReserve(path: string): Promise<boolean> {
  const found = await statfs(path).catch(() => undefined)
  if (found === undefined || found.blocks === 0) return false
  const reserve = Math.min(RESERVE, (found.blocks * found.bsize) / SHARE)
  return found.bavail * found.bsize < reserve
}

/** @returns why it cannot be written */
async function tryToWrite(directory: string): Promise<DiskCause | undefined> {
  for (const folder of FOLDERS) {
    const path = join(directory, folder, 'room.probe')
    try {
      const file = await open(path, 'w', 0o600)
      try {
        // random: a disk that compresses must need the room
        await file.writeFile(randomBytes(PROBE_BYTES))
        await file.sync()
      } finally {
        await file.close()
      }
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!isMissing) return diskCauseOf(error) ?? 'UNKNOWN'
    } finally {
      await rm(path, { force: true }).catch(() => undefined)
    }
  }
  return undefined
}
