import SecretStream from '@hyperswarm/secret-stream'
import { Duplex } from 'streamx'
import type { FeedStore } from '../../src/feeds/store/feed-store.ts'

/** Lets two stores copy feeds to each other, in this process. Returns how to part them. */
export function connectStores(one: FeedStore, other: FeedStore): () => void {
  const streams = streamPair()
  one.replicate(streams[0])
  other.replicate(streams[1])
  return () => streams.forEach((stream) => stream.destroy())
}

/** Both ends of a session, the initiator's first. */
export function streamPair(): readonly [SecretStream, SecretStream] {
  const near: Duplex = end(() => far)
  const far: Duplex = end(() => near)
  const streams = [new SecretStream(true, near), new SecretStream(false, far)] as const
  for (const stream of streams) stream.on('error', () => undefined)
  return streams
}

function end(other: () => Duplex): Duplex {
  return new Duplex({
    write(chunk: unknown, done) {
      other().push(chunk)
      done(null)
    },
    final(done) {
      other().push(null)
      done(null)
    },
  })
}
