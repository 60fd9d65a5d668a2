import { setTimeout } from 'node:timers/promises'
import { MalformedError } from '../errors.ts'
import type { NetworkView } from '../feeds/following.ts'
import { beginBatch } from '../indexes/batch.ts'
import type { Indexes } from '../indexes/database.ts'
import {
  beginEvents,
  eventsBehind,
  hasEvent,
  lastNumber,
  lastNumberIn,
  putEvent,
} from '../indexes/events.ts'
import type { Events, NodeEvent, ToldEvent } from './event.ts'
import type { IndexLock } from './index-lock.ts'
import { tellEvent } from './tell-event.ts'
import type { TellParts } from './tell-event.ts'

export interface EventParts extends TellParts {
  readonly indexes: Indexes
  readonly lock: IndexLock
  readonly network: () => Pick<NetworkView, 'peers' | 'onPeers'> | undefined
}

export interface OpenEvents extends Events {
  /** There is evidence against the writer of a feed; told once. */
  readonly noteEvidence: (feed: string, evidence: string) => Promise<void>
  readonly close: () => void
}

/** Events that are read at once. */
const AT_ONCE = 256
/** The least time between two looks, in milliseconds: many certifications come together. */
const PAUSE = 100

/** @throws StorageError DISK */
export async function openEvents(parts: EventParts): Promise<OpenEvents> {
  const { indexes, lock, withheld } = parts
  const isFresh = (await lastNumber(indexes)) === 0
  await beginEvents(indexes)
  // indexes that are built again meet the feeds' certifications anew, but never what is withheld
  if (isFresh && withheld.rows().length > 0)
    await lock.run(async () => {
      const batch = beginBatch(indexes)
      for (const { id } of withheld.rows()) await putEvent(batch, { kind: 'withholding', id })
      await batch.commit()
    })
  let last = await lastNumber(indexes)
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
  const cursorAt = (number: number): string => `${indexes.epoch}-${number}`

  async function* eventsFrom(start: number, signal: AbortSignal): AsyncGenerator<ToldEvent> {
    yield { event: { kind: 'cursor' }, cursor: cursorAt(start) }
    let at = start
    let told = ''
    const view = parts.network()
    const stop = view?.onPeers(wake)
    try {
      while (!signal.aborted) {
        const began = Date.now()
        const seen = last
        for (;;) {
          const some = await eventsBehind(indexes, at, AT_ONCE)
          for (const { number, event } of some) {
            if (signal.aborted) return
            at = number
            const tellable = await tellEvent(parts, event)
            for (const [index, one] of tellable.entries())
              yield index < tellable.length - 1
                ? { event: one }
                : { event: one, cursor: cursorAt(number) }
          }
          if (some.length < AT_ONCE) break
        }
        const peers = connected(view)
        if (JSON.stringify(peers) !== told) yield { event: peers }
        told = JSON.stringify(peers)
        const rest = Math.max(0, PAUSE - (Date.now() - began))
        await setTimeout(rest, undefined, { signal }).catch(() => undefined)
        if (last === seen && JSON.stringify(connected(view)) === told) await sleep(sleepers, signal)
      }
    } finally {
      stop?.()
    }
  }

  return {
    cursor: () => cursorAt(last),
    events: (after, signal) =>
      eventsFrom(after === undefined ? last : startOf(after, indexes.epoch, last), signal),
    noteEvidence: (feed, evidence) =>
      lock.run(async () => {
        const batch = beginBatch(indexes)
        const event = { kind: 'evidence', feed, evidence } as const
        if (await hasEvent(batch, event)) return
        await putEvent(batch, event)
        await batch.commit()
      }),
    close: unsubscribe,
  }
}

const CURSOR = /^([0-9a-f]{16})-(\d{1,16})$/

function startOf(after: string, epoch: string, last: number): number {
  if (after === '' || after === '0') return 0
  const [, of, digits] = CURSOR.exec(after) ?? []
  if (of === undefined)
    throw new MalformedError(
      'QUERY_INVALID',
      'after is no cursor: give the id of the last event, 0 for the first, or nothing for what comes.',
    )
  const number = Number(digits)
  // a copy of the data from another day can have less
  return of === epoch && number <= last ? number : 0
}

function connected(
  view: Pick<NetworkView, 'peers'> | undefined,
): Extract<NodeEvent, { kind: 'peers' }> {
  const peers = (view?.peers() ?? []).filter((peer) => peer.connected)
  return {
    kind: 'peers',
    peers: peers.map(({ peerId, direction, configured }) => ({ peerId, direction, configured })),
  }
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
