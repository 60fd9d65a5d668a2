/* The nodes that a node knows by anything that they did or said. */
import * as Type from 'typebox'
import { isoTime } from '../base/iso-time.ts'
import type { FollowedFeed, NetworkView } from './following.ts'
import { nullable, type ValueOf } from './schema.ts'

export const HeardNodeBody = Type.Object(
  {
    peerId: Type.String(),
    name: nullable(
      Type.String({
        description:
          'What it calls itself, or did when it was connected last, for people: nobody proves it',
      }),
    ),
    saidAt: nullable(
      Type.String({
        description:
          'When it said last what it has, itself or through others, by its own clock, ISO 8601; null if it has not for 30 days',
      }),
    ),
  },
  { title: 'HeardNode', description: 'A node other than this one' },
)

export type HeardNode = ValueOf<typeof HeardNodeBody>

/** Anybody can have as many keys as he likes, and say something with each. */
const MOST_NODES = 500

/**
 * Peers first, then those who wrote these feeds, then who said that he has them.
 * @param self peer id of the node that answers
 * @param network `undefined` as long as it is not open
 */
export function heardNodes(
  self: string,
  feeds: readonly Pick<FollowedFeed, 'owner' | 'heads' | 'statements'>[],
  network: Pick<NetworkView, 'peers' | 'nameOf'> | undefined,
): readonly HeardNode[] {
  const times = new Map<string, number>()
  for (const { statements } of feeds)
    for (const { peerId, time } of statements)
      times.set(peerId, Math.max(time, times.get(peerId) ?? 0))
  const peerIds = new Set([
    ...(network?.peers() ?? []).map(({ peerId }) => peerId),
    ...feeds.flatMap(({ owner }) => owner ?? []),
    ...feeds.flatMap(({ heads }) => heads.map(({ peerId }) => peerId)),
    ...times.keys(),
  ])
  peerIds.delete(self)
  return [...peerIds].slice(0, MOST_NODES).map((peerId) => {
    const time = times.get(peerId)
    return {
      peerId,
      name: network?.nameOf(peerId) ?? null,
      saidAt: time === undefined ? null : isoTime(time),
    }
  })
}
