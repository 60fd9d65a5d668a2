/*
 * To hold a stream of libp2p and let it go on. Its own methods throw when the stream, or the connection below it, is about to close,
 * and what is thrown in a listener or a timer ends the process.
 */
import type { Stream } from '@libp2p/interface'

/** Nothing comes of it until it is resumed, if it is open at all. Never throws. */
export function pauseStream(stream: Stream): void {
  if (stream.readStatus === 'readable') stream.pause()
}

/** What has gathered comes at once, if it is open at all. Never throws: a stream that cannot go on is aborted. */
export function resumeStream(stream: Stream): void {
  if (stream.readStatus !== 'paused') return
  try {
    stream.resume()
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
  }
}
