/*
 * One node after the other behind one door. When a write has failed, what is in memory and what is on the disk need not
 * agree any more, as after a crash; so all stores are closed and opened again as at a start, once the disk takes writes.
 * Until then the one that is there answers questions.
 */
import { setTimeout } from 'node:timers/promises'
import { diskCauseOf } from './base/disk-error.ts'
import type { Disk } from './base/disk.ts'
import type { InnerNode } from './inner-node.ts'
import type { Logger } from './base/logger.ts'
import type { NodeRepository } from './contract/node-repository.ts'

export interface ReopeningParts {
  /**
   * @param readyEpoch of the indexes of the one before it, if that was ready: as long as these are the same, nobody who was
   * sent here is sent away again
   */
  readonly open: (readyEpoch: string | undefined) => Promise<InnerNode>
  /** As far as that can be done without writing. */
  readonly openToRead: () => Promise<InnerNode>
  readonly disk: Disk
  readonly logger: Logger
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
/** So long, in milliseconds, answers that are being made may take before their stores are closed. */
const PATIENCE = 10_000

type Called = (...given: readonly unknown[]) => unknown
/** What is answered without waiting. */
type AtOnce = {
  [N in keyof NodeRepository]: NodeRepository[N] extends (...given: never[]) => Promise<unknown>
    ? never
    : N
}[keyof NodeRepository]

/** @throws what `open` throws, unless the disk takes nothing and `openToRead` can do without */
export async function openReopening(parts: ReopeningParts): Promise<Reopening> {
  const { disk, logger } = parts
  let readyEpoch: string | undefined
  let current = await openEither()
  let openedAt = performance.now()
  /** Resolves when there is a node again. */
  let turn: Promise<void> | undefined
  let answering = 0
  let onIdle: (() => void) | undefined
  let leaving = new AbortController()
  /** Of nodes before this one. */
  let versions = 0
  let wait = TRY_EVERY
  let isClosed = false
  let trying: Promise<void> | undefined
  let lastTry = performance.now()

  async function openEither(): Promise<InnerNode> {
    try {
      return await parts.open(readyEpoch)
    } catch (error) {
      if (diskCauseOf(error) === undefined) throw error
      disk.failed(error)
      try {
        const reading = await parts.openToRead()
        logger.warn('the node answers questions; it takes nothing and meets no peers')
        return reading
      } catch (second) {
        logger.error({ err: second }, 'what is on the disk cannot be read either')
        throw error
      }
    }
  }

  async function reopen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    turn = promise
    try {
      leaving.abort()
      await idle()
      versions += current.repository.version() + 1
      if (await current.repository.ready().catch(() => false)) readyEpoch = current.epoch
      await current.close().catch((error: unknown) => {
        logger.warn({ err: error }, 'what had failed could not be closed in order')
      })
      disk.mended()
      current = await openEither()
      leaving = new AbortController()
      openedAt = performance.now()
    } finally {
      turn = undefined
      resolve()
    }
  }

  async function idle(): Promise<void> {
    if (answering === 0) return
    const gone = new Promise<void>((resolve) => (onIdle = resolve))
    await Promise.race([gone, setTimeout(PATIENCE, undefined, { ref: false })])
    onIdle = undefined
  }

  async function tryAgain(): Promise<void> {
    lastTry = performance.now()
    if (!(await disk.probe())) return
    wait = lastTry - openedAt > LASTED ? TRY_EVERY : Math.min(2 * wait, TRY_AT_LEAST_EVERY)
    try {
      await reopen()
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

  const pass =
    (name: keyof NodeRepository): Called =>
    async (...given) => {
      for (let next = turn; next !== undefined; next = turn) await next
      answering += 1
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a promise of the interface, called as it was
        return await Reflect.apply(current.repository[name] as Called, undefined, given)
      } finally {
        answering -= 1
        if (answering === 0) onIdle?.()
      }
    }
  const atOnce: Pick<NodeRepository, AtOnce> = {
    get collections() {
      return current.repository.collections
    },
    version: () => versions + current.repository.version(),
    naming: () => current.repository.naming(),
    cursor: () => current.repository.cursor(),
    events: (after, signal) =>
      current.repository.events(after, AbortSignal.any([signal, leaving.signal])),
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of the interface is one of its own names
  const names = Object.keys(current.repository) as (keyof NodeRepository)[]
  const passed = Object.fromEntries(names.map((name) => [name, pass(name)]))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name passes on what the interface says
  const repository = Object.defineProperties(
    passed,
    Object.getOwnPropertyDescriptors(atOnce),
  ) as unknown as NodeRepository

  return {
    repository,
    current: () => current,
    close: async () => {
      isClosed = true
      clearInterval(timer)
      await trying
      await current.close()
    },
  }
}
