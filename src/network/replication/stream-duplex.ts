import type { Stream, StreamMessageEvent } from '@libp2p/interface'
import { Duplex } from 'streamx'
import { pauseStream, resumeStream } from '../hosting/stream-flow.ts'

/**
 * At most so many bytes come in one turn of the event loop: what has gathered on a stream that was paused comes at once, up to 2 MiB,
 * and a small message in it costs as much as a large one.
 */
const TURN_BYTES = 32_768
/** Bytes that wait on either side before the other is told to. */
const HIGH_WATER_MARK = 65_536
/** How long the other side may take to close, in milliseconds. */
const CLOSE_PATIENCE = 5_000

/** A libp2p stream as a streamx Duplex, which is what hypercore speaks, with back-pressure both ways. */
export function streamDuplex(stream: Stream): Duplex {
  let ended = false
  let finishing = false
  /** Goes on with a write that the other side is too slow for. streamx destroys nothing before it has. */
  let drained: ((error: null) => void) | undefined
  const goOn = (): void => {
    const done = drained
    drained = undefined
    done?.(null)
  }
  const end = (): void => {
    if (ended) return
    ended = true
    duplex.push(null)
  }
  /** This turn has had its bytes. */
  let isResting = false
  let wantsMore = true
  const take = ({ data }: Pick<StreamMessageEvent, 'data'>): void => {
    const isLeft = data.byteLength > TURN_BYTES && stream.readStatus === 'readable'
    const bytes = isLeft ? data.subarray(0, TURN_BYTES) : data.subarray()
    wantsMore = duplex.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    if (!wantsMore || isLeft) pauseStream(stream)
    if (!isLeft) return
    stream.unshift(
      data instanceof Uint8Array ? data.subarray(TURN_BYTES) : data.sublist(TURN_BYTES),
    )
    isResting = true
    setImmediate(() => {
      isResting = false
      if (wantsMore) resumeStream(stream)
    })
  }
  const closed = ({ error }: { readonly error?: Error | undefined }): void => {
    if (error !== undefined) {
      duplex.destroy(error)
      return
    }
    end()
    if (!finishing) duplex.destroy()
  }
  const duplex = new Duplex({
    highWaterMark: HIGH_WATER_MARK,
    read(done) {
      wantsMore = true
      if (!isResting) resumeStream(stream)
      done(null)
    },
    // what is written at once goes as one: each message costs a frame and an encryption of its own
    writev(batch, done) {
      const chunks = batch.filter((chunk) => chunk instanceof Uint8Array)
      try {
        if (stream.send(Buffer.concat(chunks))) done(null)
        else drained = done
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
    final(done) {
      finishing = true
      const ending = () => done(null)
      stream.close({ signal: AbortSignal.timeout(CLOSE_PATIENCE) }).then(ending, ending)
    },
    predestroy: goOn,
    destroy(done) {
      stream.removeEventListener('message', take)
      if (stream.status === 'open') stream.abort(new Error('the session has ended'))
      done(null)
    },
  })
  stream.addEventListener('message', take)
  stream.addEventListener('end', end)
  stream.addEventListener('remoteCloseWrite', () => {
    if (stream.readBufferLength === 0) end()
  })
  stream.addEventListener('drain', goOn)
  stream.addEventListener('close', (event) => {
    closed(event)
    goOn()
  })
  // it can have closed between its opening and now
  if (stream.status !== 'open') duplex.destroy()
  return duplex
}
