import { encodePush, type PushedPairs } from '../../src/feeds/format/pushed-pairs.ts'
import type { PushPeer } from '../../src/feeds/store/push-channel.ts'
import { has, type Liar, openTestNode, type TestNode, type TestNodeOptions } from './network.ts'
import { storyWriter } from './story-writer.ts'
import { until } from './until.ts'

/** A node that follows a feed with one pair, and its writer, who pushes whatever a test says. */
export interface LiarWhoPushes {
  readonly node: TestNode
  readonly liar: Liar
  readonly two: Awaited<ReturnType<typeof storyWriter>>
  readonly peer: PushPeer
  /** What the writer has signed as following behind the pairs that are here, and the node does not know. */
  readonly pairs: (...versions: readonly string[]) => Promise<PushedPairs>
  readonly push: (pairs: PushedPairs) => void
}

export async function openLiarWhoPushes(
  options: (liar: Liar) => TestNodeOptions = () => ({}),
): Promise<LiarWhoPushes> {
  const two = await storyWriter()
  const liar = await two.tells(['1'])
  const node = await openTestNode({ peers: [liar.address], ...options(liar) })
  await until(() => has(node, two.id('1')))
  const taker = (): PushPeer | undefined =>
    liar.store.pushes.takers(liar.feed.key).find(({ length }) => length === liar.feed.length)
  await until(() => taker() !== undefined)
  const peer = taker()
  if (peer === undefined) throw new Error('nobody takes pushes')
  return {
    node,
    liar,
    two,
    peer,
    pairs: async (...versions) => {
      // by another who says that he is the writer, and whom nobody hears
      const { feed } = await two.tells(['1', ...versions])
      const { signature } = await feed.head()
      const blocks = await two.blocks(...versions)
      return { at: 3, signature: Buffer.from(signature, 'hex'), blocks }
    },
    push: (pairs) => peer.send(encodePush(pairs)),
  }
}

/** What a node has of a feed: as long as that does not change, nothing of it has. */
export async function stateOf(node: TestNode, key: string): Promise<unknown> {
  const replica = await node.store.get(key, 'debian')
  const { length, bytes, downloaded, received } = replica
  const found = await node.repository.find({ limit: 1000 })
  const ids = found.items.map(({ id }) => id).toSorted()
  return { length, bytes, downloaded, received: { ...received }, head: await replica.head(), ids }
}
