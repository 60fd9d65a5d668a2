/*
 * One node after the other behind one door. When a write has failed, what is in memory and what is on the disk need not
 * agree any more, as after a crash; so all stores are closed and opened again as at a start, once the disk takes writes.
 * Until then the one that is there answers questions.
 */
import { diskCauseOf } from './base/disk-error.ts'
import type { Disk } from './base/disk.ts'
import { makeCurrentNode } from './current-node.ts'
import type { InnerNode } from './inner-node.ts'
import type { Logger } from './base/logger.ts'
import type { NodeRepository } from './contract/node-repository.ts'

/** What a node takes over from those before it. */
export interface Former {
  /** Of the indexes of the last that was ready: as long as these are the same, nobody who was sent here is sent away again. */
  readonly readyEpoch?: string | undefined
  /** Of the last that had a network. */
  readonly boundAddresses: readonly string[]
}

/** The ways in which a node is opened. */
export interface Openings {
  readonly open: (former: Former) => Promise<InnerNode>
  /** As far as that can be done without writing. */
  readonly openToRead: () => Promise<InnerNode>
}

export interface Reopening {
  /** Of whichever node there is: a question that comes while there is none waits. */
  readonly repository: NodeRepository
  readonly current: () => InnerNode
  readonly close: () => Promise<void>
}

/** How often the disk is tried, in milliseconds; twice as long after each node that did not last. */
const TRY_EVERY = 2000
const TRY_AT_LEAST_EVERY = 60_000
/** Who has lasted so long, in milliseconds, was no vain attempt. */
const LASTED = 60_000

/**
 * Opens an inner node, and closes and opens it again whenever a write has failed. Whoever opens it closes it, and with that
 * the node that there is then.
 * @throws what `open` throws, unless the disk takes nothing and `openToRead` can do without
 */
export async function openReopening(
  openings: Openings,
  disk: Disk,
  logger: Logger,
): Promise<Reopening> {
  const openEither = makeOpenEither(openings, disk, logger)
  let former: Former = { boundAddresses: [] }
  const node = makeCurrentNode(await openEither(former))
  let openedAt = performance.now()
  let wait = TRY_EVERY
  let isClosed = false
  let trying: Promise<void> | undefined
  let lastTry = performance.now()

  async function reopen(old: InnerNode): Promise<InnerNode> {
    const { epoch, boundAddresses } = old
    if (await old.repository.ready().catch(() => false)) former = { ...former, readyEpoch: epoch }
    if (boundAddresses.length > 0) former = { ...former, boundAddresses }
    await old.close().catch((error: unknown) => {
      logger.warn({ err: error }, 'what had failed could not be closed in order')
    })
    disk.mended()
    const opened = await openEither(former)
    openedAt = performance.now()
    return opened
  }

  async function tryAgain(): Promise<void> {
    lastTry = performance.now()
    if (!(await disk.probe())) return
    wait = lastTry - openedAt > LASTED ? TRY_EVERY : Math.min(2 * wait, TRY_AT_LEAST_EVERY)
    try {
      await node.replace(reopen)
    } catch (error) {
      disk.failed(error)
      logger.error({ err: error }, 'the node could not be opened again')
    }
  }

  const timer = setInterval(() => {
    if (isClosed || !disk.isBroken() || performance.now() - lastTry < wait) return
    trying ??= tryAgain().finally(() => (trying = undefined))
  }, TRY_EVERY / 4)
  timer.unref()
  return {
    repository: node.repository,
    current: node.now,
    close: async () => {
      isClosed = true
      clearInterval(timer)
      await trying
      await node.now().close()
    },
  }
}

function makeOpenEither({ open, openToRead }: Openings, disk: Disk, logger: Logger) {
  return async (former: Former): Promise<InnerNode> => {
    try {
      return await open(former)
    } catch (error) {
      if (diskCauseOf(error) === undefined) throw error
      disk.failed(error)
      try {
        const reading = await openToRead()
        logger.warn('the node answers questions; it takes nothing and meets no peers')
        return reading
      } catch (second) {
        logger.error({ err: second }, 'what is on the disk cannot be read either')
        throw error
      }
    }
  }
}
