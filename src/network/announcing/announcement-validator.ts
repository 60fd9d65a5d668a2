/* What comes by gossip: judged before it is passed on. Wrong is rejected and costs its sender; old is ignored. */
import { TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { Code } from '../../base/errors.ts'
import { codeOf } from '../../base/errors.ts'
import { readAnnouncement } from '../frames/announcement.ts'
import type { TopicValidator } from '../hosting/gossip.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import type { HeadIntake } from './head-intake.ts'
import type { Skipped } from './skipped.ts'

/** Announcements of feeds that this node does not follow: by one neighbour, and in all, in one minute. */
const STRANGE_PER_NEIGHBOUR = 300
const STRANGE_IN_ALL = 1_200

const { Accept, Ignore, Reject } = TopicValidatorResult

/** Our own bug must not punish a peer: what is not here is ignored. */
const VERDICT: Readonly<Partial<Record<Code, TopicValidatorResult>>> = {
  ENTRY_SYNTAX: Reject,
  SIGNATURE_INVALID: Reject,
}

export interface AnnouncementValidator {
  readonly validate: TopicValidator
  readonly close: () => void
}

/** Counts what comes of unknown feeds by the minute, until it is closed. The network closes it. */
export function openAnnouncementValidator(
  intake: HeadIntake,
  peers: Pick<RemotePeers, 'broke'>,
  { skip }: Skipped,
): AnnouncementValidator {
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

  return {
    async validate({ wire, collection }, peer, message) {
      if (message.type !== 'signed') return Reject
      try {
        const offer = await readAnnouncement(message.data, { wire, skip })
        // what cannot be checked is not passed on
        if (offer === undefined) return Ignore
        if (offer.origin.collection !== collection) return Reject
        const by = { via: peer.toString(), author: message.from.toString(), vouched: false }
        const news = intake.hear(offer, by)
        if (news === 'old') return Ignore
        if (news === 'unknown-feed' && isTooStrange(by.via)) return Ignore
        return Accept
      } catch (error) {
        const code = codeOf(error)
        const verdict = (code === undefined ? undefined : VERDICT[code]) ?? Ignore
        if (verdict === Reject)
          peers.broke(peer, 'passed on an announcement that is not what it claims to be')
        return verdict
      }
    },
    close: () => clearInterval(minute),
  }
}
