/* What connected peers tell of peers: bounded, verified, kept; and what each of them has told, which he need not be told. */
import { LRUCache } from 'lru-cache'
import { yieldMainThread } from '../../base/main-thread.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import type { KnownPeers } from './known-peers.ts'
import { type PeerRecord, readPeerRecord, verifyPeerRecord } from './peer-record.ts'
import type { TellerTurns } from './teller-turns.ts'

export interface RecordIntake {
  /** @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID: nothing of who told that is taken for a while */
  readonly hear: (records: readonly Uint8Array[], teller: string) => Promise<void>
  /** Has that peer told this record, or a later one of the same peer and scope? */
  readonly has: (teller: string, record: PeerRecord) => boolean
  /** It is not connected any more. */
  readonly gone: (teller: string) => void
}

/** Records of one neighbour of which this node remembers that it has them. */
const HELD_BY_ONE = 2_048
const NEIGHBOURS = 1_000

const nameOf = ({ peerId, scope }: PeerRecord): string => `${peerId} ${scope}`

/** Takes what is new, and only what its own peer signed, into `known`. It has nothing to close. */
export function makeRecordIntake(
  known: Pick<KnownPeers, 'weigh' | 'take'>,
  turns: TellerTurns,
  peers: Pick<RemotePeers, 'shareOf' | 'reachOf'>,
): RecordIntake {
  /** Times of records, by peer and scope. */
  const held = new LRUCache<string, LRUCache<string, number>>({ max: NEIGHBOURS })

  function note(record: PeerRecord, teller: string): void {
    const there = held.get(teller) ?? new LRUCache<string, number>({ max: HELD_BY_ONE })
    held.set(teller, there)
    there.set(nameOf(record), record.time)
  }

  async function hearOne(bytes: Uint8Array, peerId: string): Promise<void> {
    const record = readPeerRecord(bytes)
    const by = { peerId, share: peers.shareOf(peerId), reach: peers.reachOf(peerId) }
    if (known.weigh(record, by) === 'news') {
      await verifyPeerRecord(record)
      known.take(record, by)
    }
    note(record, peerId)
  }

  return {
    async hear(records, teller) {
      try {
        for (const bytes of records) {
          if (!turns.take(teller)) return
          await yieldMainThread()
          await hearOne(bytes, teller)
        }
      } catch (error) {
        turns.lose(teller)
        throw error
      }
    },
    has: (teller, record) => (held.get(teller)?.get(nameOf(record)) ?? -1) >= record.time,
    gone: (teller) => void held.delete(teller),
  }
}
