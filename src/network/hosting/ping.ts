/* libp2p's ping, to answer: https://github.com/libp2p/specs/blob/master/ping/ping.md */
import type { Stream } from '@libp2p/interface'
import { pauseStream, resumeStream } from './stream-flow.ts'

export const PING = '/ipfs/ping/1.0.0'

/** How often one stream is answered, in milliseconds: with all that has come since. */
const PAUSE = 50
/** What comes in that time is no ping if it is more, in bytes: each has 32. */
const MOST = 32 * 64
/** Nobody pings for longer without a pause, in milliseconds. */
const PATIENCE = 10_000

/**
 * Sends back what came, not each message by itself as libp2p's own service does: in one packet stand a thousand, whose answers
 * held the event loop for 200 ms.
 */
export function answerPings(stream: Stream): void {
  let silence = setTimeout(giveUp, PATIENCE)
  let pause: NodeJS.Timeout | undefined

  function giveUp(): void {
    stream.abort(new Error('these are no pings'))
  }

  const closeWhenAnswered = (): void => {
    if (stream.remoteWriteStatus === 'closed' && stream.readBufferLength === 0)
      void stream.close().catch(giveUp)
  }

  // what a listener throws ends the process, and a stream that was closed for writing throws when something is sent
  stream.addEventListener('message', ({ data }) => {
    if (stream.writeStatus !== 'writable') return
    clearTimeout(silence)
    silence = setTimeout(giveUp, PATIENCE)
    if (data.byteLength > MOST || !stream.send(data)) {
      giveUp()
      return
    }
    closeWhenAnswered()
    pauseStream(stream)
    pause = setTimeout(resumeStream, PAUSE, stream)
  })
  stream.addEventListener('remoteCloseWrite', closeWhenAnswered)
  stream.addEventListener('close', () => {
    clearTimeout(silence)
    clearTimeout(pause)
  })
}
