/* One session that copies blocks over a stream to a peer. */
import SecretStream from '@hyperswarm/secret-stream'
import type { Stream } from '@libp2p/interface'
import { streamDuplex } from './stream-duplex.ts'

/** A handshake that takes longer is given up, in milliseconds: garbage and silence hold memory. */
export const OPEN_PATIENCE = 10_000

export interface SessionEvents {
  readonly onOpen: () => void
  /** The handshake took too long: it is about to close. */
  readonly onLate: () => void
  readonly onClose: (session: SecretStream) => void
}

/**
 * Begins the handshake at once, and ends the session if that takes longer than {@link OPEN_PATIENCE}. Whoever opens it closes it by
 * {@link closeSession}; it may end before.
 */
export function openSession(
  stream: Stream,
  isInitiator: boolean,
  { onOpen, onLate, onClose }: SessionEvents,
): SecretStream {
  const raw = streamDuplex(stream)
  raw.on('error', () => undefined)
  const session = new SecretStream(isInitiator, raw)
  session.on('error', () => undefined)
  const patience = setTimeout(() => {
    onLate()
    session.destroy()
  }, OPEN_PATIENCE)
  session.once('open', () => {
    clearTimeout(patience)
    onOpen()
  })
  session.once('close', () => {
    clearTimeout(patience)
    onClose(session)
  })
  return session
}

export async function closeSession(session: SecretStream): Promise<void> {
  await new Promise<void>((resolve) => {
    session.once('close', resolve)
    session.destroy()
  })
}
