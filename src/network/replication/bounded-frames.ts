/* How many messages a peer may put in one frame of a session: all of a frame is read in one turn of the event loop. */
import type SecretStream from '@hyperswarm/secret-stream'
import { uint } from 'compact-encoding'

/**
 * Messages in one frame. An honest peer answers with one frame what it was asked in one, and hypercore 11 has at most 512 requests of a feed under way; a message that says
 * nothing costs about 4 microseconds.
 */
export const MAX_MESSAGES = 4_096

/** protomux 3: the channel of the mux itself, and its message that carries other messages. */
const CONTROL = 0
const BATCH = 0

/**
 * Ends a session whose peer sends more than {@link MAX_MESSAGES} in one frame, or frames within frames, before any of them is read.
 *
 * @param session with hypercore's protomux on it already, and nothing else that reads it
 * @param onTooMany called before the session ends
 * @throws TypeError nobody reads the session yet
 */
export function boundFrames(session: SecretStream, onTooMany: () => void): void {
  const [read, ...others] = session.listeners('data')
  if (read === undefined || others.length > 0) throw new TypeError('one reader is bounded')
  session.removeAllListeners('data')
  session.on('data', (frame: unknown) => {
    if (session.destroying) return
    if (!(frame instanceof Uint8Array) || isBounded(frame)) {
      read.call(session, frame)
      return
    }
    onTooMany()
    session.destroy()
  })
}

/** Has a frame, as protomux 3 writes it, no more messages than it may? What is no frame is for protomux to refuse. */
export function isBounded(frame: Uint8Array): boolean {
  const at = { buffer: frame, start: 0, end: frame.byteLength }
  try {
    if (uint.decode(at) !== CONTROL || uint.decode(at) !== BATCH) return true
    let channel = uint.decode(at)
    // a change of the channel is read like a message
    for (let read = 0; at.start < at.end; read += 1) {
      if (read >= MAX_MESSAGES) return false
      const length = uint.decode(at)
      if (length === 0) {
        channel = uint.decode(at)
        continue
      }
      const message = frame.subarray(at.start, at.start + length)
      if (channel === CONTROL && isBatch(message)) return false
      at.start += length
    }
    return true
  } catch {
    return true
  }
}

function isBatch(message: Uint8Array): boolean {
  return uint.decode({ buffer: message, start: 0, end: message.byteLength }) === BATCH
}
