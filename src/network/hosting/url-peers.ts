/*
 * Peers that the operator named by a URL: who that is and where it is dialled is asked there, again when these addresses stop
 * answering. The peer id that was learnt first is kept: whoever gets hold of a domain does not become a peer.
 */
import { ConfigError, isExpected, NetworkError } from '../../base/errors.ts'
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { RemotePeers } from './remote-peers.ts'
import { type AskNode, askUrl, type KeptUrls, unknown, type UrlPeer } from './url-peer.ts'

export interface AskedPeer extends UrlPeer {
  /** Why it could not be asked, in a sentence; `undefined`: it answered, or was not asked yet. */
  readonly failure: string | undefined
  readonly tried: boolean
  /** This node itself answers there: nobody to be connected with. */
  readonly isSelf: boolean
}

export interface UrlPeers {
  readonly all: () => readonly AskedPeer[]
  /** Who is there, or where, has changed, or it was found that this is the node itself. */
  readonly changed: Signal<[peer: UrlPeer]>
  /** Asks those who were never asked. */
  readonly start: () => void
  /**
   * Kept on the disk, and asked before it returns; again later if nobody answers.
   * @throws ConfigError SETTING_INVALID if that is this node; NetworkError ANSWER_UNEXPECTED if no node is there; StorageError DISK
   */
  readonly add: (url: string) => Promise<AskedPeer>
  /**
   * Forgets what was learnt there, and the URL as well unless it is one of the settings.
   * @returns what it was; `undefined` if it is not on the list. @throws StorageError DISK
   */
  readonly remove: (url: string) => Promise<UrlPeer | undefined>
  /** None of its addresses answers: it is asked again, at most once in a minute. */
  readonly ask: (peerId: string) => void
  /** Asks nobody any more. */
  readonly close: () => Promise<void>
}

/** Pauses between questions, in milliseconds: doubled each time, with up to half of jitter. */
const FIRST_PAUSE = 2_000
const LONGEST_PAUSE = 300_000
/** The same again, of one that has answered before. */
const AGAIN = 60_000

interface Entry {
  peer: UrlPeer
  error: Error | undefined
  tried: boolean
  pause: number
  askedAt: number
  timer: NodeJS.Timeout | undefined
}

/** Where they are kept, how they are asked, and what is known of those who have answered. */
export interface UrlPeersSources {
  readonly kept: KeptUrls
  readonly askNode: AskNode
  readonly peers: Pick<RemotePeers, 'self' | 'isConnected'>
}

/**
 * Asks nobody before it is started. Whoever opens the network closes it.
 * @param configured those of the settings
 * @param onError what was learnt could not be written, or whoever was told has failed
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openUrlPeers(
  configured: readonly string[],
  sources: UrlPeersSources,
  onError: (error: unknown) => void,
): Promise<UrlPeers> {
  const { kept } = sources
  const { isConnected } = sources.peers
  const changed = makeSignal<[UrlPeer]>(onError)
  const entries = new Map<string, Entry>()
  const rows = await kept.list()
  const pinned = new Map(rows.map((row) => [row.url, row]))
  for (const url of configured) enter({ ...(pinned.get(url) ?? unknown(url)), isAdded: false })
  for (const row of rows) if (row.isAdded && !entries.has(row.url)) enter(row)

  function enter(peer: UrlPeer): Entry {
    const entry: Entry = {
      peer,
      error: undefined,
      tried: peer.peerId !== undefined,
      pause: FIRST_PAUSE,
      askedAt: -Infinity,
      timer: undefined,
    }
    entries.set(peer.url, entry)
    return entry
  }

  const asking = makeAsking(entries, { ...sources, changed }, onError)

  return {
    all: () => [...entries.values()].map((entry) => askedPeer(entry, isConnected)),
    changed,
    start() {
      for (const entry of entries.values())
        if (entry.peer.peerId === undefined) void asking.run(entry)
    },
    async add(url) {
      const there = entries.get(url)
      if (there === undefined) await kept.put({ ...unknown(url), isAdded: true })
      const entry = there ?? enter({ ...unknown(url), isAdded: true })
      await asking.run(entry)
      const { error } = entry
      if (there === undefined && error !== undefined && isHopeless(error)) {
        clearTimeout(entry.timer)
        entries.delete(url)
        await kept.remove(url)
        throw error
      }
      return askedPeer(entry, isConnected)
    },
    async remove(url) {
      const entry = entries.get(url)
      if (entry === undefined) return undefined
      await kept.remove(url)
      clearTimeout(entry.timer)
      entries.delete(url)
      if (!entry.peer.isAdded) void asking.run(enter(unknown(url)))
      return entry.peer
    },
    ask(peerId) {
      for (const entry of entries.values()) {
        const isDue = entry.timer === undefined && performance.now() - entry.askedAt >= AGAIN
        if (entry.peer.peerId === peerId && isDue) void asking.run(entry)
      }
    },
    async close() {
      for (const { timer } of entries.values()) clearTimeout(timer)
      await asking.close()
    },
  }
}

interface Asking {
  /** Resolves when it has answered, or has not: then it is asked again later. */
  readonly run: (entry: Entry) => Promise<void>
  /** Breaks off what is asked. */
  readonly close: () => Promise<void>
}

function makeAsking(
  entries: ReadonlyMap<string, Entry>,
  sources: UrlPeersSources & Pick<UrlPeers, 'changed'>,
  onError: (error: unknown) => void,
): Asking {
  const { kept, askNode, peers, changed } = sources
  const stop = new AbortController()
  const running = new Set<Promise<void>>()

  async function ask(entry: Entry): Promise<void> {
    const { url } = entry.peer
    clearTimeout(entry.timer)
    entry.timer = undefined
    entry.askedAt = performance.now()
    try {
      const peer = await askUrl(entry.peer, { askNode, self: peers.self }, stop.signal)
      if (stop.signal.aborted || entries.get(url) !== entry) return
      entry.error = undefined
      if (JSON.stringify(peer) !== JSON.stringify(entry.peer)) await take(entry, peer)
      else entry.pause = FIRST_PAUSE
    } catch (error) {
      entry.error = error instanceof Error ? error : new Error(String(error))
      if (isSelf(entry)) changed.emit(entry.peer)
      else later(entry)
    } finally {
      entry.tried = true
    }
  }

  /** What is not on the disk is not taken: after a start somebody else could be there. */
  async function take(entry: Entry, peer: UrlPeer): Promise<void> {
    try {
      await kept.put(peer)
    } catch (error) {
      onError(error)
      later(entry)
      return
    }
    entry.pause = FIRST_PAUSE
    entry.peer = peer
    changed.emit(peer)
  }

  function later(entry: Entry): void {
    if (stop.signal.aborted || entries.get(entry.peer.url) !== entry) return
    entry.timer = setTimeout(() => again(entry), entry.pause * (1 + Math.random() / 2))
    entry.timer.unref()
    entry.pause = Math.min(LONGEST_PAUSE, entry.pause * 2)
  }

  /** Unless the peer has come back meanwhile: it is asked when none of its addresses answers again. */
  function again(entry: Entry): void {
    const { peerId } = entry.peer
    entry.timer = undefined
    if (peerId === undefined || !peers.isConnected(peerId)) void run(entry)
    else Object.assign(entry, { error: undefined, pause: FIRST_PAUSE })
  }

  function run(entry: Entry): Promise<void> {
    const turn: Promise<void> = ask(entry)
      .catch(onError)
      .finally(() => running.delete(turn))
    running.add(turn)
    return turn
  }

  return {
    run,
    async close() {
      stop.abort()
      await Promise.all(running)
    },
  }
}

/** Whoever is connected need not answer at its URL, but nobody else may. */
const askedPeer = (
  { peer, error, tried }: Entry,
  isConnected: (peerId: string) => boolean,
): AskedPeer => ({
  ...peer,
  tried,
  isSelf: isSelf({ error }),
  failure:
    error === undefined ||
    (error instanceof NetworkError && peer.peerId !== undefined && isConnected(peer.peerId))
      ? undefined
      : sentenceOf(peer, error),
})

const isSelf = ({ error }: Pick<Entry, 'error'>): boolean => error instanceof ConfigError

/** It stands where nobody sees whom it is about. */
const sentenceOf = ({ url }: UrlPeer, { message }: Error): string =>
  message.includes(url) ? message : `${url} cannot be asked where it is dialled: ${message}`

/** Somebody answered, and it is no other node. */
const isHopeless = (error: Error): boolean =>
  error instanceof ConfigError || (isExpected(error) && error.code === 'ANSWER_UNEXPECTED')
