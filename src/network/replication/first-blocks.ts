/* Nothing is read into the indexes before the first block of a feed is here and is the origin that was told. */
import type { PeerFaults } from '../hosting/peer-faults.ts'
import { type Judged, set } from './followed.ts'
import type { NodeFeeds } from './node-feeds.ts'
import type { Replicas } from './replicas.ts'

export interface FirstBlocksParts {
  readonly feeds: Pick<NodeFeeds, 'addReplica'>
  readonly replicas: Replicas
  readonly blame: PeerFaults
  /** The disk, or our own bug. */
  readonly onError: (error: unknown) => void
}

export interface FirstBlocks {
  /** Something of it has come. */
  readonly look: (one: Judged) => void
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

export function openFirstBlocks({
  feeds,
  replicas,
  blame,
  onError,
}: FirstBlocksParts): FirstBlocks {
  const running = new Set<Promise<void>>()
  let closed = false

  async function begin(one: Judged): Promise<void> {
    if (one.isBegun || closed || !one.replica.has(0)) return
    one.isBegun = true
    const block = await one.replica.readData(0)
    if (block !== undefined && Buffer.compare(block, one.row.originBlock) === 0) {
      await feeds.addReplica(one.replica, one.origin.dialect)
      one.isIndexed = true
      replicas.changed.tell(one)
      return
    }
    one.replica.freeze()
    set(one, 'frozen', 'its first block is not the origin that its owner signed for others')
    // only its owner can have signed both; who passed it on saw one
    blame.offered(one.origin.peerId, 'signed two origins for one feed')
    replicas.changed.tell(one)
  }

  const settled = async (): Promise<void> => {
    await Promise.all(running)
  }

  return {
    look(one) {
      // what fails because the disk does, or because a conflict has just closed the feed, is tried again at its next change
      const turn = begin(one)
        .catch((error: unknown) => {
          one.isBegun = false
          onError(error)
        })
        .finally(() => running.delete(turn))
      running.add(turn)
    },
    settled,
    async close() {
      closed = true
      await settled()
    },
  }
}
