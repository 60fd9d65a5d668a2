/*
 * Connections that have not said yet who they are. They cost whoever opens them nothing, so they have little time, each
 * address has few, and when there are too many the oldest of who has most gives way to a newcomer.
 */
import type { MultiaddrConnection } from '@libp2p/interface'
import { heavierThan, type Holding, holdingsOf } from '../../base/address-share.ts'
import { remoteShare } from './remote-share.ts'

/** Milliseconds from a TCP connection to a peer that is known and multiplexed. */
export const HANDSHAKE_PATIENCE = 2_000
const MOST_OF_SHARE = 16
const MOST = 128

type Knock = Pick<MultiaddrConnection, 'remoteAddr' | 'abort' | 'addEventListener'>

export interface HalfOpen {
  /** It has come. */
  readonly add: (connection: Knock) => void
  /** It has said who it is. */
  readonly remove: (connection: Knock) => void
  readonly size: () => number
}

/** @param isConfigured is it the address of a peer that the operator named? Nobody else's take its room. */
export function makeHalfOpen(isConfigured: (share: string) => boolean): HalfOpen {
  /** In the order in which they came. */
  const waiting = new Map<Knock, string>()

  const oldest = (fits: (share: string) => boolean): Knock | undefined =>
    Array.from(waiting).find(([, share]) => fits(share))?.[0]

  function end(connection: Knock | undefined): void {
    if (connection === undefined) return
    waiting.delete(connection)
    connection.abort(new Error('others wait to say who they are'))
  }

  return {
    add(connection) {
      const share = remoteShare(connection.remoteAddr)
      waiting.set(connection, share)
      connection.addEventListener('close', () => waiting.delete(connection))
      const held = holdingsOf(waiting.values())
      const own = held.find((one) => one.share === share)
      if ((own?.weight ?? 0) > MOST_OF_SHARE) end(oldest((one) => one === share))
      const strange = held.filter((one) => !isConfigured(one.share))
      if (isConfigured(share) || sum(strange) <= MOST) return
      const heavier = heavierThan(share, strange)
      if (heavier !== undefined) end(oldest((one) => one === heavier))
      else end(oldest((one) => !isConfigured(one)))
    },
    remove: (connection) => void waiting.delete(connection),
    size: () => waiting.size,
  }
}

const sum = (holdings: readonly Holding[]): number =>
  holdings.reduce((all, { weight }) => all + weight, 0)
