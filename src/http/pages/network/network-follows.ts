import type { NetworkAnswer } from '../../../contract/network-answer.ts'

/** Has a node a copy of a feed that another writes, by its own word, or because it is this node? Both by peer id. */
export type Follows = (follower: string, writer: string) => boolean

export function followsOf({ node, feeds }: NetworkAnswer): Follows {
  const writers = new Map<string, Set<string>>()
  const note = (follower: string, writer: string): void => {
    const of = writers.get(follower) ?? new Set()
    writers.set(follower, of.add(writer))
  }
  for (const { owner, state, length, heads } of feeds) {
    if (owner === null) continue
    if (state !== 'refused' && length > 0) note(node.peerId, owner)
    for (const { peerId } of heads) note(peerId, owner)
  }
  return (follower, writer) => follower !== writer && writers.get(follower)?.has(writer) === true
}
