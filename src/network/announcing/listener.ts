/* What comes by gossip: judged before it is passed on. Wrong is rejected and costs its sender; old is ignored. */
import type { Message } from '@chainsafe/libp2p-gossipsub'
import { TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { Code } from '../../base/errors.ts'
import { codeOf } from '../../base/errors.ts'
import { readAnnouncement, topicOf } from '../frames/announcement.ts'
import type { KnownOrigins } from '../frames/offer.ts'
import type { PeerFaults } from '../hosting/peer-faults.ts'
import type { Host } from '../hosting/host.ts'
import type { HeadIntake } from './head-intake.ts'

export interface ListenerParts {
  readonly host: Host
  readonly collections: readonly string[]
  readonly known: KnownOrigins
  readonly intake: HeadIntake
  readonly blame: PeerFaults
}

/** Announcements of feeds that this node does not follow: by one neighbour, and in all, in one minute. */
const STRANGE_PER_NEIGHBOUR = 300
const STRANGE_IN_ALL = 1_200

const { Accept, Ignore, Reject } = TopicValidatorResult

/** Our own bug must not punish a peer: what is not here is ignored. */
const VERDICT: Readonly<Partial<Record<Code, TopicValidatorResult>>> = {
  ENTRY_SYNTAX: Reject,
  SIGNATURE_INVALID: Reject,
}

export interface Listener {
  /** The host has started. */
  readonly start: () => void
  readonly close: () => void
}

export function makeListener(parts: ListenerParts): Listener {
  const { pubsub } = parts.host.services
  const strange = new Map<string, number>()
  let strangeInAll = 0
  const minute = setInterval(() => {
    strange.clear()
    strangeInAll = 0
  }, 60_000)
  minute.unref()

  function isTooStrange(via: string): boolean {
    const count = (strange.get(via) ?? 0) + 1
    strange.set(via, count)
    strangeInAll += 1
    return count > STRANGE_PER_NEIGHBOUR || strangeInAll > STRANGE_IN_ALL
  }

  async function judge(
    collection: string,
    peer: PeerId,
    message: Message,
  ): Promise<TopicValidatorResult> {
    if (message.type !== 'signed') return Reject
    try {
      const offer = await readAnnouncement(message.data, parts.known)
      if (offer.origin.collection !== collection) return Reject
      const by = { via: peer.toString(), author: message.from.toString(), vouched: false }
      const news = parts.intake.hear(offer, by)
      if (news === 'old') return Ignore
      if (news === 'unknown-feed' && isTooStrange(by.via)) return Ignore
      return Accept
    } catch (error) {
      const code = codeOf(error)
      const verdict = (code === undefined ? undefined : VERDICT[code]) ?? Ignore
      if (verdict === Reject)
        parts.blame.broke(peer, 'passed on an announcement that is not what it claims to be')
      return verdict
    }
  }

  return {
    start() {
      for (const collection of parts.collections) {
        const topic = topicOf(collection)
        pubsub.topicValidators.set(topic, (peer, message) => judge(collection, peer, message))
        pubsub.subscribe(topic)
      }
    },
    close() {
      clearInterval(minute)
      for (const collection of parts.collections) pubsub.unsubscribe(topicOf(collection))
    },
  }
}
