/*
 * What peers push: refused, or stored as what was asked for is. Everything that can be known without a verification is looked
 * at first, and what is refused comes as it is asked for, if it is what its writer wrote.
 */
import type { PeerId } from '@libp2p/interface'
import type { PushRefusal } from '../../contract/pushed.ts'
import { MalformedError } from '../../base/errors.ts'
import {
  decodePush,
  encodeComing,
  MAX_PUSH_BYTES,
  PUSH_KIND,
  type PushedPairs,
  sizeOf,
} from '../../feeds/format/pushed-pairs.ts'
import type { PushPeer, Pushes } from '../../feeds/store/push-channel.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import type { FeedAllowance } from './feed-allowance.ts'
import type { MutableFollowed } from './followed-replica.ts'
import type { LocalFeeds } from './local-feeds.ts'
import type { PushBook } from './push-counts.ts'
import { makePushMeter, type Pusher } from './push-meter.ts'
import { indexBlocksOf, pushedRows } from './pushed-rows.ts'
import type { Replication } from './replication.ts'

/** What no honest peer pushes, as it is said of it. */
const FAULTS: Readonly<Partial<Record<PushRefusal, string>>> = {
  'too-much': 'pushed more than any peer need',
  'too-large': 'pushed more bytes than a push may have',
  malformed: 'pushed what is no pair',
  unsigned: 'pushed blocks that their writer did not sign',
}

export interface PushReceiving {
  readonly pushes: Pick<Pushes, 'receive' | 'lacking'>
  readonly local: LocalFeeds
  readonly allowance: Pick<FeedAllowance, 'whyNoRoom'>
  readonly replication: Pick<Replication, 'peerOf'>
  readonly peers: Pick<RemotePeers, 'shareOf' | 'broke'>
  readonly book: PushBook
}

/** @returns how to take nothing more */
export function openPushReceiver({
  pushes,
  local,
  allowance,
  replication,
  peers,
  book,
}: PushReceiving): () => void {
  const meter = makePushMeter()
  const shares = new WeakMap<object, string>()
  const { replicas, node } = local

  /** Looked up once: it is asked for each message, however many there are. */
  function shareOf(session: object, peerId: PeerId): string {
    const known = shares.get(session) ?? peers.shareOf(peerId.toString())
    shares.set(session, known)
    return known
  }

  /** By what can be known without a verification. */
  function whyNot(one: MutableFollowed, pairs: PushedPairs, by: Pusher): PushRefusal | undefined {
    const { at, blocks } = pairs
    if (one.replica.length !== at) return 'late'
    if (blocks.some((_, place) => one.replica.avoids(at + place))) return 'withheld'
    const indexes = indexBlocksOf(pairs)
    if (!meter.mayRead(by, sizeOf(indexes))) return 'crowded'
    for (const index of indexes) {
      const rows = pushedRows(index, one.origin.format)
      // its writer may have signed it: no fault of who pushes it
      if (rows === undefined) return 'unreadable'
      if (rows.some(({ id }) => node.isWithheld(id))) return 'withheld'
    }
    // what of it is kept is asked for
    if (!indexes.every((index) => one.replica.wants(index))) return 'not-kept'
    const room = { bytes: sizeOf(blocks), blocks: blocks.length }
    return allowance.whyNoRoom(one, room) === undefined ? undefined : 'full'
  }

  /** Others have the same from others at this moment: they need not push it here too. */
  function tellComing(feed: string, { at, blocks }: PushedPairs, from: PushPeer): void {
    from.hasReached(at + blocks.length)
    const message = encodeComing(at + blocks.length)
    for (const peer of pushes.lacking(feed, at)) peer.send(message)
  }

  async function judge(
    feed: string,
    message: Uint8Array,
    { from, by }: { readonly from: PushPeer; readonly by: Pusher },
  ): Promise<PushRefusal | undefined> {
    if (message.length > MAX_PUSH_BYTES) return 'too-large'
    if (message[0] !== PUSH_KIND.pairs) return message.length === 0 ? 'malformed' : 'later'
    const one = replicas.byKey.get(feed)
    if (one?.state !== 'following') return 'not-followed'
    const pairs = readPush(message)
    if (pairs === undefined) return 'malformed'
    const refusal = whyNot(one, pairs, by)
    if (refusal !== undefined) return refusal
    tellComing(feed, pairs, from)
    const taken = await one.replica.take(pairs)
    return taken === 'taken' ? undefined : taken
  }

  return pushes.receive(async (feed, message, from) => {
    const peerId = replication.peerOf(from.session)
    if (peerId === undefined) return
    const by = { peerId: peerId.toString(), share: shareOf(from.session, peerId) }
    const metered = meter.count(by)
    const refusal = metered === 'fits' ? await judge(feed, message, { from, by }) : metered
    if (refusal === undefined) {
      book.taken()
      return
    }
    book.refused(refusal)
    const fault = FAULTS[refusal]
    if (fault !== undefined) peers.broke(peerId, fault)
  })
}

/** `undefined` where what a peer sent is malformed. */
function readPush(message: Uint8Array): PushedPairs | undefined {
  try {
    return decodePush(message)
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}
