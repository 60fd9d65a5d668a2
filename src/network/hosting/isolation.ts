/* Is this node alone? It is if it has named peers, and has been connected with none that counts for a minute. */
import type { Logger } from '../../base/logger.ts'
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { Host } from './host.ts'
import type { Peering } from './peering.ts'

/** A peer that starts again is away for less, in milliseconds. */
const PATIENCE = 60_000

export interface Isolation {
  /** Begins to look. */
  readonly start: () => void
  readonly isIsolated: () => boolean
  /** It is isolated, or is no longer. */
  readonly changed: Signal
  readonly close: () => void
}

export interface IsolationSettings {
  /** Does a connection with that peer end the isolation? A stranger's does not: anyone can dial this node. */
  readonly counts: (peerId: string) => boolean
  readonly logger: Logger
  /** In milliseconds; as usual if absent. */
  readonly patience?: number | undefined
}

/**
 * A node without named peers is never isolated: its operator wants it so, or has removed the last of them.
 * Looks at nothing before it is started. Whoever opens the network closes it.
 */
export function watchIsolation(
  host: Host,
  peering: Pick<Peering, 'peers' | 'unanswered' | 'changed'>,
  { counts, logger, patience = PATIENCE }: IsolationSettings,
): Isolation {
  const changed = makeSignal((error) => {
    logger.error({ err: error }, 'the isolation of this node cannot be told')
  })
  let isIsolated = false
  let alarm: NodeJS.Timeout | undefined

  const named = (): number => peering.peers().length + peering.unanswered().length

  function say(isolated: boolean): void {
    if (isIsolated === isolated) return
    isIsolated = isolated
    const peers = named()
    if (isolated) logger.warn({ peers }, 'this node is isolated: none of its peers is connected')
    else logger.warn({ peers }, 'this node is no longer isolated')
    changed.emit()
  }

  function look(): void {
    const isAlone = named() > 0 && !host.getPeers().some((peer) => counts(peer.toString()))
    if (!isAlone) {
      clearTimeout(alarm)
      alarm = undefined
      say(false)
    } else if (alarm === undefined && !isIsolated) {
      alarm = setTimeout(() => {
        alarm = undefined
        say(true)
      }, patience)
      alarm.unref()
    }
  }

  let stopListening: (() => void) | undefined
  return {
    start() {
      host.addEventListener('peer:connect', look)
      host.addEventListener('peer:disconnect', look)
      const unsubscribe = peering.changed.subscribe(look)
      stopListening = () => {
        host.removeEventListener('peer:connect', look)
        host.removeEventListener('peer:disconnect', look)
        unsubscribe()
      }
      look()
    },
    isIsolated: () => isIsolated,
    changed,
    close() {
      clearTimeout(alarm)
      stopListening?.()
    },
  }
}
