/* yamux, in which nobody opens more streams at once than anybody needs. https://github.com/hashicorp/yamux/blob/master/spec.md */
import type { MessageStream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import { yamux, type YamuxMuxerInit } from '@libp2p/yamux'

/** Of one connection in one second: streams that are opened, and yamux's own pings. A node opens about ten when it connects. */
const OPENED = 64
const PINGS = 16
/** In milliseconds. */
const SECOND = 1000

const PING_TYPE = 2
const SYN = 1

interface Frame {
  readonly header: { readonly type: number; readonly flag: number; readonly streamID: number }
}

/**
 * Ends a connection on which too much is opened: each stream costs a third of a millisecond before its protocol is known, a
 * frame that opens one has twelve bytes, and thousands of these come in one turn of the event loop.
 */
export function boundedYamux(init: YamuxMuxerInit): () => StreamMuxerFactory {
  return () => {
    const factory = yamux(init)()
    const protocol = factory.protocol
    return {
      protocol,
      createStreamMuxer: (connection: MessageStream) =>
        bounded(factory.createStreamMuxer(connection)),
    }
  }
}

function bounded<T extends StreamMuxer>(muxer: T): T {
  const handle: unknown = Reflect.get(muxer, 'handleFrame')
  if (typeof handle !== 'function') throw new TypeError('yamux has no handleFrame any more')
  let [since, opened, pings] = [-Infinity, 0, 0]
  Reflect.set(muxer, 'handleFrame', (frame: Frame): void => {
    const { type, flag, streamID } = frame.header
    const isPing = streamID === 0 && type === PING_TYPE
    const opens = streamID !== 0 && (flag & SYN) !== 0
    if (isPing || opens) {
      if (performance.now() - since > SECOND) {
        since = performance.now()
        opened = pings = 0
      }
      if (isPing) pings += 1
      else opened += 1
      // whoever reads frames ends the connection with it
      if (opened > OPENED || pings > PINGS) throw new Error('too much is opened at once')
    }
    Reflect.apply(handle, muxer, [frame])
  })
  return muxer
}
