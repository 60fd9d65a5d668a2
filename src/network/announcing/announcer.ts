/* Tells the network when an own feed has grown. What a head signs was synced to the journal before it was appended. */
import type { OwnFeed } from '../../feeds/format/feed.ts'
import { encodeAnnouncement } from '../frames/announcement.ts'
import { announcedOn } from '../frames/wire.ts'
import type { Gossip } from '../hosting/gossip.ts'

export interface Announcer {
  readonly add: (feed: OwnFeed) => void
  /** It is written no more. */
  readonly remove: (feed: string) => void
  readonly close: () => Promise<void>
}

/** Between two announcements of one feed, in milliseconds: a burst of appends is one piece of news. */
const GATHER = 100
/** Heads are said again, in milliseconds, with a third of jitter: gossip has no history. */
const REPEAT = 60_000

/**
 * Says the heads of the feeds that it is given, and again each minute, until it is closed. The network closes it, which waits for what is being said.
 * @param onError a head could not be said
 */
export function openAnnouncer(gossip: Gossip, onError: (error: unknown) => void): Announcer {
  const feeds = new Map<string, OwnFeed>()
  const stops = new Map<string, () => void>()
  const running = new Set<Promise<void>>()
  const gathering = new Map<string, NodeJS.Timeout>()
  const lastAt = new Map<string, number>()
  let closed = false

  async function announce(feed: OwnFeed): Promise<void> {
    const [head, originBlock] = await Promise.all([feed.head(), feed.readData(0)])
    if (originBlock === undefined || closed) return
    const wire = announcedOn(originBlock)
    const message = encodeAnnouncement(wire, { publicKey: feed.publicKey, head, originBlock })
    await gossip.publish({ wire, collection: feed.collection }, message)
  }

  function start(feed: OwnFeed): void {
    if (closed || feed.length === 0) return
    lastAt.set(feed.key, performance.now())
    const turn = announce(feed)
      .catch(onError)
      .finally(() => running.delete(turn))
    running.add(turn)
  }

  /** At once if nothing was said lately, so that one submission is known everywhere soon. */
  function soon(feed: OwnFeed): void {
    if (gathering.has(feed.key)) return
    const wait = (lastAt.get(feed.key) ?? -Infinity) + GATHER - performance.now()
    if (wait <= 0) {
      start(feed)
      return
    }
    const timer = setTimeout(() => {
      gathering.delete(feed.key)
      start(feed)
    }, wait)
    timer.unref()
    gathering.set(feed.key, timer)
  }

  const repeat = setInterval(
    () => {
      for (const feed of feeds.values()) soon(feed)
    },
    REPEAT * (1 + Math.random() / 3),
  )
  repeat.unref()

  return {
    add(feed) {
      feeds.set(feed.key, feed)
      stops.set(
        feed.key,
        feed.onChanged(() => soon(feed)),
      )
      soon(feed)
    },
    remove(feed) {
      feeds.delete(feed)
      stops.get(feed)?.()
      stops.delete(feed)
      clearTimeout(gathering.get(feed))
      gathering.delete(feed)
    },
    async close() {
      closed = true
      clearInterval(repeat)
      for (const timer of gathering.values()) clearTimeout(timer)
      for (const stop of stops.values()) stop()
      await Promise.all(running)
    },
  }
}
