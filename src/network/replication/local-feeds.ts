import type { Feed, OwnFeed, Replica } from '../../feeds/format/feed.ts'
import type { FeedsHere } from '../heads/feeds-here.ts'
import type { NodeFeeds } from './node-feeds.ts'
import type { Replicas } from './replicas.ts'

/** All feeds that are here: those that this node writes or wrote, and replicas of others. */
export interface LocalFeeds extends FeedsHere {
  readonly node: NodeFeeds
  readonly replicas: Replicas
  /** Does this node write it, or did it once? */
  readonly isOwn: (key: string) => boolean
  /** Those that have a block at least, as far as it is known. */
  readonly all: () => readonly Feed[]
  readonly get: (key: string) => Feed | undefined
  /** The feed, if this node writes it now. */
  readonly written: (key: string) => OwnFeed | undefined
}

export function localFeeds(node: NodeFeeds, replicas: Replicas, owner: string): LocalFeeds {
  const isOwn = (key: string): boolean =>
    [...node.ownFeeds(), ...node.formerFeeds()].some((feed) => feed.key === key)
  const former = (key: string): Replica | undefined =>
    node.formerFeeds().find((feed) => feed.key === key)
  const written = (key: string): OwnFeed | undefined =>
    node.ownFeeds().find((feed) => feed.key === key)
  return {
    node,
    replicas,
    owner,
    isOwn,
    all: () =>
      [
        ...node.ownFeeds(),
        ...node.formerFeeds(),
        ...[...replicas.byKey.values()].map(({ replica }) => replica),
      ].filter(({ length }) => length > 0),
    ownerOf: (key) => replicas.byKey.get(key)?.origin.peerId ?? (isOwn(key) ? owner : undefined),
    has: (key) => isOwn(key) || replicas.byKey.has(key),
    get: (key) => written(key) ?? replicas.byKey.get(key)?.replica ?? former(key),
    written,
  }
}
