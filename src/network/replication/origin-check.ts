/* Nothing is read into the indexes before the first block of a feed is here and is the origin that was told. */
import { type MutableFollowed, set } from './followed-replica.ts'
import type { LocalFeeds } from './local-feeds.ts'

export interface OriginCheck {
  /** Something of it has come. */
  readonly look: (one: MutableFollowed) => void
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Looks at a replica whenever it is told to. Closing waits for what is being looked at; whoever selects feeds closes it. */
export function openOriginCheck({
  node,
  replicas,
}: Pick<LocalFeeds, 'node' | 'replicas'>): OriginCheck {
  const running = new Set<Promise<void>>()
  let closed = false

  async function begin(one: MutableFollowed): Promise<void> {
    if (one.isBegun || closed || !one.replica.has(0)) return
    one.isBegun = true
    const block = await one.replica.readData(0)
    if (block !== undefined && Buffer.compare(block, one.row.originBlock) === 0) {
      await node.addReplica(one.replica, one.origin.dialect)
      one.isIndexed = true
      one.changed()
      return
    }
    one.replica.freeze()
    set(one, 'frozen', 'its first block is not the origin that its owner signed for others')
    // only its owner can have signed both; who passed it on saw one
    replicas.misrepresented.emit(one, 'signed two origins for one feed')
    one.changed()
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
          replicas.list.failed(error)
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
