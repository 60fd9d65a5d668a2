import { setTimeout } from 'node:timers/promises'
import { type Requester, currentRequester } from '../../base/requester.ts'
import { MalformedError } from '../../base/errors.ts'
import { beginBatch } from '../../indexes/batch.ts'
import {
  beginEvents,
  eventsSince,
  isLastEvent,
  lastNumber,
  lastNumberIn,
  putEvent,
} from '../../indexes/events.ts'
import type { Events, SentEvent } from '../../contract/event.ts'
import type { QueryContext } from '../queries/query-context.ts'
import { makeGate } from '../work-budget/gate.ts'
import type { IndexLock } from '../following/index-lock.ts'
import { type WatchedView, watchPeers } from './peer-watch.ts'
import { describeEvent } from './describe-event.ts'

export interface OpenEvents extends Events {
  /** There is evidence against the writer of a feed; told once. */
  readonly noteEvidence: (feed: string, evidence: string) => Promise<void>
  readonly close: () => void
}

/** Events that are read at once, for one listener after the other: else those who read all of it would stop the node. */
const AT_ONCE = 128
const READING = { atOnce: 1, waiting: 1_000 }
/** The least time between two looks, in milliseconds: many certifications come together. */
const PAUSE = 100

/**
 * Tells what comes from now on, and what came since a number that a listener names. The repository closes it.
 * @param network `undefined` as long as it is not open
 * @throws StorageError DISK
 */
export async function openEvents(
  context: QueryContext,
  lock: IndexLock,
  network: () => WatchedView | undefined,
): Promise<OpenEvents> {
  const { indexes } = context
  await begin(context, lock)
  let last = await lastNumber(indexes)
  const reading = makeGate(READING)
  const sleepers = new Set<() => void>()
  const wake = (): void => {
    for (const sleeper of sleepers) sleeper()
  }
  const unsubscribe = indexes.onWritten((rows) => {
    const number = lastNumberIn(rows)
    if (number === undefined) return
    last = number
    wake()
  })
  const peers = watchPeers(network, wake)
  const cursorAt = (number: number): string => `${indexes.epoch}-${number}`

  /** Tellable events behind `at`, and how far that is. */
  async function some(at: number) {
    const found = await eventsSince(indexes, at, AT_ONCE)
    const told: SentEvent[] = []
    for (const { number, event } of found) {
      const parted = await describeEvent(context, event)
      for (const [index, one] of parted.entries())
        told.push(
          index < parted.length - 1 ? { event: one } : { event: one, cursor: cursorAt(number) },
        )
    }
    return { told, at: found.at(-1)?.number ?? at, isAll: found.length < AT_ONCE }
  }

  async function* eventsFrom(
    start: number,
    signal: AbortSignal,
    requester: Requester,
  ): AsyncGenerator<SentEvent> {
    yield { event: { kind: 'cursor' }, cursor: cursorAt(start) }
    let at = start
    let shownPeers = -1
    while (!signal.aborted) {
      const began = Date.now()
      const seen = last
      let isAll = at >= last
      while (!isAll && !signal.aborted) {
        const found = await reading.pass(() => some(at), requester)
        yield* found.told
        ;({ at, isAll } = found)
      }
      const now = peers.now()
      if (now.number !== shownPeers) yield { event: now.event }
      shownPeers = now.number
      const wait = Math.max(0, PAUSE - (Date.now() - began))
      await setTimeout(wait, undefined, { signal }).catch(() => undefined)
      if (last === seen && peers.now().number === shownPeers) await sleep(sleepers, signal)
    }
  }

  return {
    cursor: () => cursorAt(last),
    events: (after, signal) =>
      eventsFrom(
        after === undefined ? last : startOf(after, indexes.epoch, last),
        signal,
        // whoever reads on is called by his socket
        currentRequester(),
      ),
    noteEvidence: (feed, evidence) =>
      lock.run(async () => {
        const batch = beginBatch(indexes)
        const event = { kind: 'evidence', feed, evidence } as const
        if (await isLastEvent(batch, event)) return
        await putEvent(batch, event)
        await batch.commit()
      }),
    close: () => {
      unsubscribe()
      peers.close()
    },
  }
}

/**
 * Numbers begin anew, see {@link beginEvents}. Indexes that are built again meet the feeds' certifications once more, but
 * never what is withheld.
 */
async function begin({ indexes, withheld }: QueryContext, lock: IndexLock): Promise<void> {
  await lock.run(async () => {
    const isFresh = (await lastNumber(indexes)) === 0
    const batch = beginBatch(indexes)
    await beginEvents(batch)
    if (isFresh)
      for (const { id } of withheld.rows()) await putEvent(batch, { kind: 'withholding', id })
    await batch.commit()
    await indexes.sync()
  })
}

const CURSOR = /^([0-9a-f]{16})-(\d{1,16})$/

function startOf(after: string, epoch: string, last: number): number {
  if (after === '' || after === '0') return 0
  const [, of, digits] = CURSOR.exec(after) ?? []
  if (of === undefined)
    throw new MalformedError(
      'QUERY_INVALID',
      'after is no cursor: give the id of the last event, or 0 for the first; leave it out for what comes.',
    )
  const number = Number(digits)
  // a copy of the data from another day can have less
  return of === epoch && number <= last ? number : 0
}

async function sleep(sleepers: Set<() => void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = (): void => {
      sleepers.delete(end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    sleepers.add(end)
    signal.addEventListener('abort', end)
  })
}
